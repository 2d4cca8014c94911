import { tableIn } from '../../platform/database.ts';
import type { Store } from './store.ts';

/** IndexedDB. */
export function databaseStore(databaseName = 'bauta'): Store {
	const table = tableIn(databaseName);
	return {
		name: 'database',
		async read(name) {
			const bytes = await table.get(name);
			if (bytes === undefined) return null;
			return bytes instanceof Uint8Array ? bytes : new Uint8Array(0);
		},
		write: (name, bytes) => table.put(name, bytes),
		remove: (name) => table.delete(name),
		list: async (prefix) => (await table.keys()).filter((key) => key.startsWith(prefix)),
	};
}
