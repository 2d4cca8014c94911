import { newestGenerationToTry, storedGenerationNode } from '../protocol/generation.ts';
import type { Node, StoredNode } from '../protocol/node.ts';

/*
 * What the devices of one anonymous self know together. The vault keeps it as JSON, so all keys are hex.
 * It never contains a root, a phrase or a chat key.
 */

/** One generation as a device holds it; `closed`: the slot after which its messages are foreign, or null. */
export interface Generation {
	generation: number;
	node: StoredNode;
	closed: number | null;
}

/** The last word of one device on one entry. `value`: JSON, or null where the entry was taken away. */
export interface Write {
	entry: string;
	device: string;
	/** hybrid logical clock: unix ms, and a count inside of it */
	time: number;
	count: number;
	value: string | null;
}

/** A hybrid logical clock, see hybrid-clock.ts. */
export interface Clock {
	time: number;
	count: number;
}

/** What takes the data of linked devices from one to the other: nothing, the browser's account, or a relay. */
export type CarrierKind = 'off' | 'browser' | 'relay';

/** The keys of a new generation, made for a device that may not have them yet. */
export interface PendingHandover {
	device: string;
	/** public key of the authority that sealed it, 33 bytes as hex */
	authority: string;
	/** a handover (handover.ts) */
	text: string;
	/** private key of the mailbox in which it is left, 32 bytes as hex; the vault has stored it under this name since its first version */
	place: string;
	/** it lies there */
	left: boolean;
}

/** The devices of one self, as this one knows them. */
export interface Group {
	/** this device's private key, 32 bytes as hex; it never leaves the device */
	key: string;
	/** public key of the holders of the root, 33 bytes as hex */
	authority: string;
	clock: Clock;
	writes: Write[];
	/** ids of devices that were unlinked; what they write counts no more */
	removed: string[];
	/** what still has to reach other devices */
	behind: PendingHandover[];
	/** restored from a phrase or a backup: its other devices, if there are any, do not have its new keys */
	apart?: true;
	/** generations below this one were erased */
	erased: number;
	sync: {
		/** what takes the data between the devices */
		way: CarrierKind;
		/** URL of the relay, or '' */
		relay: string;
		/** unix ms of the last write that went through, and of the next one; 0: none */
		last: number;
		next: number;
		/** the mailboxes of generations below this one are empty */
		cleared: number;
	};
}

/** Generations and group of one self: what linking, unlinking and sync change. */
export interface SharedState {
	generations: Generation[];
	group: Group;
}

/** A generation as whoever holds the root derives it. Throws `generation-range`. */
export function deriveGeneration(root: Node, generation: number, closed: number | null): Generation {
	return { generation, node: storedGenerationNode(root, generation), closed };
}

/** Whether there are or were other devices, so that closings are recorded and handed on. */
export function isLinked({ writes, removed }: Pick<Group, 'writes' | 'removed'>): boolean {
	return removed.length > 0 || new Set(writes.flatMap(({ entry }) => (entry.startsWith('device/') ? [entry] : []))).size > 1;
}

/** The generation that is in use: the highest. */
export function newestOf(generations: readonly Generation[]): Generation | null {
	return generations.reduce<Generation | null>((best, one) => (best && best.generation >= one.generation ? best : one), null);
}

/**
 * Generations without those that a wrong clock opened (wild-generations.ts), where one is open among the rest. Other devices may still hand
 * such ones over. `now`: unix seconds.
 */
export function withoutWild(generations: readonly Generation[], now: number): Generation[] {
	const sane = generations.filter(({ generation }) => generation <= newestGenerationToTry(now));
	return sane.some(({ closed }) => closed === null) ? sane : [...generations];
}

/**
 * All generations of both lists. A closing that only one of them knows stands; of two, the earlier.
 * Whichever came first, the result is the same.
 */
export function unionOf(a: readonly Generation[], b: readonly Generation[]): Generation[] {
	const all = new Map<number, Generation>();
	for (const one of [...a, ...b]) {
		const known = all.get(one.generation);
		all.set(one.generation, known ? { ...known, closed: earlier(known.closed, one.closed) } : { ...one });
	}
	return [...all.values()].sort((left, right) => left.generation - right.generation);
}

/**
 * The generations of a device that now hears from others. If it was alone before, it inferred its closings from messages. A removed device
 * can date a message back on Nostr, so those closings are replaced by the ones in `told`.
 */
export function preferToldClosings({ generations, group }: SharedState, told: readonly Generation[]): Generation[] {
	if (isLinked(group)) return generations;
	const closed = new Set(told.flatMap((one) => (one.closed === null ? [] : [one.generation])));
	return generations.map((one) => (closed.has(one.generation) ? { ...one, closed: null } : one));
}

function earlier(a: number | null, b: number | null): number | null {
	if (a === null || b === null) return a ?? b;
	return Math.min(a, b);
}
