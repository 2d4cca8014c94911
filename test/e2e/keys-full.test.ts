import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBauta, type ReadyBauta } from '../bauta.ts';
import { keptBy, openImportPage, pasteInto } from '../keys.ts';
import { errorWords, keyboardOn } from '../popup/keyboard.ts';

let bauta: ReadyBauta;
beforeAll(async () => {
	bauta = await launchBauta();
});
afterAll(() => bauta?.close());

interface Local {
	get(): Promise<object>;
	set(items: object): Promise<void>;
	remove(keys: string[]): Promise<void>;
}

test('storage full in the middle: the vault is as it was, and once there is room it goes on', async () => {
	const session = await bauta.context.newCDPSession(bauta.popup);
	const origin = `chrome-extension://${bauta.id}`;
	await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
	const inLocal = <A>(work: (local: Local, argument: A) => Promise<void>, argument: A) =>
		bauta.popup.evaluate(`(${work})(chrome.storage.local, ${JSON.stringify(argument)})`);
	/** Filled to the last byte that it takes. */
	await inLocal(async (local) => {
		for (let size = 8_000_000, index = 0; size >= 1; ) {
			try {
				await local.set({ [`filler-${index}`]: 'x'.repeat(size) });
				index += 1;
			} catch {
				size = Math.floor(size / 2);
			}
		}
	}, null);
	/** Chromium believes for half a minute that there is as much room as there was. */
	const database = () =>
		bauta.popup.evaluate(async () => {
			const database = await new Promise<IDBDatabase>((resolve) => {
				const opening = indexedDB.open('filler', 1);
				opening.onupgradeneeded = () => opening.result.createObjectStore('bytes');
				opening.onsuccess = () => resolve(opening.result);
			});
			const transaction = database.transaction('bytes', 'readwrite');
			transaction.objectStore('bytes').put(new Uint8Array(1000), 'filler');
			const done = await new Promise<string>((resolve) => {
				transaction.oncomplete = () => resolve('written');
				transaction.onabort = () => resolve(transaction.error?.name ?? '');
			});
			database.close();
			return done;
		});
	await expect.poll(database, { interval: 2000 }).toBe('QuotaExceededError');
	// what fits into the place that the vault has is written in that place; the one that makes it grow is refused
	const bring = (index: number) =>
		bauta.ask('identity.import', { key: index.toString(16).padStart(64, '7'), keyPassphrase: '', name: 'n'.repeat(200) });
	let index = 0;
	let before = await keptBy(bauta);
	const refused = await (async () => {
		for (; index < 40; index++) {
			before = await keptBy(bauta);
			const fault = await bring(index).catch((thrown: { code: string }) => thrown.code);
			if (fault) return fault;
		}
		return null;
	})();
	expect(refused).toBe('storage-full');
	expect(await keptBy(bauta)).toEqual(before);
	await openImportPage(bauta.popup, bauta.id);
	await pasteInto(bauta.popup, index.toString(16).padStart(64, '7'));
	await keyboardOn(bauta.popup).press('popup_import_add');
	expect(await keyboardOn(bauta.popup).problem()).toMatch(errorWords('storage-full'));
	expect(await keptBy(bauta)).toEqual(before);
	await inLocal(async (local) => local.remove(Object.keys(await local.get()).filter((name) => name.startsWith('filler-'))), null);
	await session.send('Storage.overrideQuotaForOrigin', { origin });
	await keyboardOn(bauta.popup).press('popup_import_add');
	await expect.poll(async () => (await keptBy(bauta)).identities).toBe(before.identities + 1);
});
