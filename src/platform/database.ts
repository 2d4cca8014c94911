const tableName = 'bytes';

/** A table of values by name. */
export interface Table {
	get(name: string): Promise<unknown>;
	put(name: string, value: unknown): Promise<void>;
	delete(name: string): Promise<void>;
	keys(): Promise<string[]>;
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}

/**
 * A database of the extension's own origin, where no content script reads. It is opened anew for each access: a connection that a browser cut
 * silently is never met again. All throw what IndexedDB throws.
 */
export function tableIn(databaseName: string): Table {
	async function connect(): Promise<IDBDatabase> {
		const opening = indexedDB.open(databaseName, 1);
		opening.onupgradeneeded = () => opening.result.createObjectStore(tableName);
		return resultOf(opening);
	}

	async function access<T>(mode: IDBTransactionMode, use: (entries: IDBObjectStore) => IDBRequest<T>): Promise<T> {
		const database = await connect();
		try {
			const transaction = database.transaction(tableName, mode, { durability: 'strict' });
			const end = new Promise<void>((resolve, reject) => {
				transaction.oncomplete = () => resolve();
				transaction.onabort = () => reject(transaction.error ?? new DOMException('aborted', 'AbortError'));
			});
			// a quota is often met only when the transaction commits, so the request's own success is not enough
			const [value] = await Promise.all([resultOf(use(transaction.objectStore(tableName))), end]);
			return value;
		} finally {
			database.close();
		}
	}

	return {
		get: (name) => access<unknown>('readonly', (entries) => entries.get(name)),
		put: async (name, value) => void (await access('readwrite', (entries) => entries.put(value, name))),
		delete: async (name) => void (await access('readwrite', (entries) => entries.delete(name))),
		keys: async () => (await access('readonly', (entries) => entries.getAllKeys())).filter((key): key is string => typeof key === 'string'),
	};
}
