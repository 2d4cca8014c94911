import type { ReadyBauta } from './bauta.ts';

/** Makes a browser as it was before Bauta was set up in it: nothing is stored, and nothing is remembered. It costs far less than another browser. */
export async function forgetAll({ popup, killWorker }: ReadyBauta): Promise<void> {
	await killWorker();
	await popup.evaluate(async () => {
		const { storage } = (globalThis as unknown as { chrome: { storage: Record<'local' | 'session', { clear(): Promise<void> }> } }).chrome;
		for (const { name } of await indexedDB.databases()) {
			const database = await new Promise<IDBDatabase>((resolve) => {
				const opening = indexedDB.open(name ?? '');
				opening.onsuccess = () => resolve(opening.result);
			});
			for (const store of database.objectStoreNames) {
				const emptied = database.transaction(store, 'readwrite');
				emptied.objectStore(store).clear();
				await new Promise((done) => {
					emptied.oncomplete = done;
				});
			}
			database.close();
		}
		await storage.local.clear();
		await storage.session.clear();
	});
	await killWorker();
}
