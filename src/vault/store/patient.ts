import { BautaError } from '../../messages/errors.ts';
import type { Store } from './store.ts';

function within<T>(promise: Promise<T>, limit: number, name: string): Promise<T> {
	let timer: ReturnType<typeof setTimeout>;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new BautaError('storage-failed', name)), limit);
	});
	return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A store that has not answered after `limit` ms is one that fails. */
export function patient(store: Store, limit = 5000): Store {
	return {
		name: store.name,
		read: (slot) => within(store.read(slot), limit, store.name),
		write: (slot, bytes) => within(store.write(slot, bytes), limit, store.name),
		remove: (slot) => within(store.remove(slot), limit, store.name),
		list: (prefix) => within(store.list(prefix), limit, store.name),
	};
}
