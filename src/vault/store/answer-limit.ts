import { unlessAborted, withTimeLimit } from '../../platform/time-limit.ts';
import type { Store } from './store.ts';

/** The same store, but a call that has no answer after `ms` throws `storage-failed` with the name of the store. */
export function withAnswerLimit(store: Store, ms = 5000): Store {
	const limit = { ms, code: 'storage-failed', detail: store.name } as const;
	const inTime = <T>(answer: Promise<T>): Promise<T> => withTimeLimit(limit, (signal) => unlessAborted(answer, signal));
	return {
		name: store.name,
		read: (name) => inTime(store.read(name)),
		write: (name, bytes) => inTime(store.write(name, bytes)),
		remove: (name) => inTime(store.remove(name)),
		list: (prefix) => inTime(store.list(prefix)),
	};
}
