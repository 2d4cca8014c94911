import type { Store } from '../../src/vault/store/store.ts';

/** What may go wrong at the next write: throws as a full or failing store does, keeps only the first `at` bytes, or writes `at` bytes over the old ones. */
export type WriteFault = { kind: 'throws'; error: Error } | { kind: 'torn'; at: number } | { kind: 'mixed'; at: number } | { kind: 'lies' };

export interface MemoryStore extends Store {
	held: Map<string, Uint8Array>;
	failing: boolean;
	/** applies to every write while it is set; `once` removes it afterwards */
	fault: (WriteFault & { slot?: string; once?: boolean }) | null;
	writes: string[];
}

/** A store in memory that fails exactly as it is told to. */
export function memoryStore(name: Store['name']): MemoryStore {
	const held = new Map<string, Uint8Array>();
	const down = () => new Error('An unexpected error occurred');
	const store: MemoryStore = {
		name,
		held,
		failing: false,
		fault: null,
		writes: [],
		async read(slot) {
			if (store.failing) throw down();
			return held.get(slot)?.slice() ?? null;
		},
		async write(slot, bytes) {
			if (store.failing) throw down();
			store.writes.push(slot);
			const { fault } = store;
			if (!fault || (fault.slot !== undefined && fault.slot !== slot)) return void held.set(slot, bytes.slice());
			if (fault.once) store.fault = null;
			if (fault.kind === 'throws') throw fault.error;
			if (fault.kind === 'lies') return;
			const old = held.get(slot) ?? new Uint8Array(0);
			const torn = fault.kind === 'torn' ? bytes.slice(0, fault.at) : old.slice();
			if (fault.kind === 'mixed') torn.set(bytes.subarray(0, Math.min(fault.at, torn.length)));
			held.set(slot, torn);
			throw down();
		},
		async remove(slot) {
			if (store.failing) throw down();
			held.delete(slot);
		},
		async list(prefix) {
			if (store.failing) throw down();
			return [...held.keys()].filter((key) => key.startsWith(prefix));
		},
	};
	return store;
}
