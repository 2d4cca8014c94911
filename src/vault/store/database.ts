import type { Store } from './store.ts';

const table = 'bytes';

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}

/** IndexedDB, opened anew for each access: a connection that a browser cut silently is never met again. */
export function databaseStore(databaseName = 'bauta'): Store {
	async function connect(): Promise<IDBDatabase> {
		const opening = indexedDB.open(databaseName, 1);
		opening.onupgradeneeded = () => opening.result.createObjectStore(table);
		return resultOf(opening);
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
			const [value] = await Promise.all([resultOf(use(transaction.objectStore(table))), done]);
			return value;
		} finally {
			database.close();
		}
	}

	return {
		name: 'database',
		async read(name) {
			const stored: unknown = await access('readonly', (entries) => entries.get(name));
			if (stored === undefined) return null;
			return stored instanceof Uint8Array ? stored : new Uint8Array(0);
		},
		write: async (name, bytes) => void (await access('readwrite', (entries) => entries.put(bytes, name))),
		remove: async (name) => void (await access('readwrite', (entries) => entries.delete(name))),
		async list(prefix) {
			const keys = await access('readonly', (entries) => entries.getAllKeys());
			return keys.filter((key): key is string => typeof key === 'string' && key.startsWith(prefix));
		},
	};
}
