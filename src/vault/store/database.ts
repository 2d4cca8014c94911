import type { Store } from './store.ts';

const table = 'bytes';

function settled<T>(request: IDBRequest<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}

/** IndexedDB, opened anew for each access: a connection that a browser cut silently is never met again. */
export function databaseStore(name = 'bauta'): Store {
	async function connect(): Promise<IDBDatabase> {
		const opening = indexedDB.open(name, 1);
		opening.onupgradeneeded = () => opening.result.createObjectStore(table);
		return settled(opening);
	}

	async function access<T>(mode: IDBTransactionMode, use: (entries: IDBObjectStore) => IDBRequest<T>): Promise<T> {
		const database = await connect();
		try {
			const transaction = database.transaction(table, mode, { durability: 'strict' });
			const done = new Promise<void>((resolve, reject) => {
				transaction.oncomplete = () => resolve();
				transaction.onabort = () => reject(transaction.error ?? new DOMException('aborted', 'AbortError'));
			});
			// a quota is often met only when the transaction commits, so the request's own success is not enough
			const [value] = await Promise.all([settled(use(transaction.objectStore(table))), done]);
			return value;
		} finally {
			database.close();
		}
	}

	return {
		name: 'database',
		async read(slot) {
			const found: unknown = await access('readonly', (entries) => entries.get(slot));
			if (found === undefined) return null;
			return found instanceof Uint8Array ? found : new Uint8Array(0);
		},
		write: async (slot, bytes) => void (await access('readwrite', (entries) => entries.put(bytes, slot))),
		remove: async (slot) => void (await access('readwrite', (entries) => entries.delete(slot))),
		async list(prefix) {
			const keys = await access('readonly', (entries) => entries.getAllKeys());
			return keys.filter((key): key is string => typeof key === 'string' && key.startsWith(prefix));
		},
	};
}
