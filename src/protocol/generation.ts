import { concat, H, HKDF, u32be, utf8 } from './bytes.ts';
import { ProtocolError } from './error.ts';
import { hardenedChild, type Node, type StoredNode, storedNode, wipeNode } from './node.ts';
import { type Secret, secret, wipe } from './secret.ts';

// docs/protocol.md §2: generations, and the two keys that every device of an author has for a room and a period.

/** a generation is below this */
export const generationLimit = 2 ** 20;
/** 2026-01-01 00:00 UTC, unix seconds */
const weeksSince = 1_767_225_600;
/** how many weeks ahead of its own clock a restored device looks */
const weeksAhead = 20;

/** The keys of one room and period, 32 bytes each. */
export type RoomKeys = Secret<{ tagKey: Uint8Array; sealKey: Uint8Array }>;

/** `G(g) = A/g'`. Throws `generation-range`. */
export function generationNode(root: Node, generation: number): Node {
	return hardenedChild(root, expectGeneration(generation));
}

/** `G(g)` as it is written down; the node itself is overwritten. Throws `generation-range`. */
export function storedGenerationNode(root: Node, generation: number): StoredNode {
	const open = generationNode(root, generation);
	const stored = storedNode(open);
	wipeNode(open);
	return stored;
}

/** Whole weeks since 2026-01-01 00:00 UTC, 0 before. `now`: unix seconds. */
export function weekOf(now: number): number {
	return Math.max(0, Math.floor((now - weeksSince) / 604_800));
}

/**
 * The number of the generation that is opened next; `current`: the newest there is, or null for a new identity. Throws `generation-range`.
 */
export function openGeneration({ current, now }: { current: number | null; now: number }): number {
	return expectGeneration(Math.max(current === null ? 0 : current + 1, weekOf(now)));
}

/** The generations whose messages a device restored from its phrase alone looks for: 0 to this one. */
export function newestGenerationToTry(now: number): number {
	return Math.min(weekOf(now) + weeksAhead, generationLimit - 1);
}

/**
 * The generation that a restored device opens before it first posts. No device that it does not know of can hold this one. Throws
 * `generation-range`.
 */
export function openRestoredGeneration({ highestSeen, now }: { highestSeen: number | null; now: number }): number {
	return expectGeneration(Math.max(highestSeen ?? 0, weekOf(now)) + 1);
}

/** 32 bytes: whoever has them can tell all of this generation's messages. */
export function generationSecret(generation: Node): Uint8Array {
	const both = concat(generation.privateKey, generation.chainCode);
	const derived = HKDF(both, '', 'bauta/1 generation', 32);
	wipe(both);
	return derived;
}

/** The salt of a room's keys: `H("bauta/1 room", room)`. */
export function roomSalt(room: string): Uint8Array {
	return H('bauta/1 room', room);
}

/** The info of a period's keys. `period`: thirty days each, see `periodOf`. */
export function periodInfo(period: number): Uint8Array {
	return concat(utf8('bauta/1 room keys'), u32be(period));
}

/** `tagKey ‖ sealKey` of a room and a period, 32 bytes each. */
export function roomKeys(fromSecret: Uint8Array, room: string, period: number): RoomKeys {
	const both = HKDF(fromSecret, roomSalt(room), periodInfo(period), 64);
	const keys = secret({ tagKey: both.slice(0, 32), sealKey: both.slice(32) });
	wipe(both);
	return keys;
}

function expectGeneration(generation: number): number {
	if (!Number.isInteger(generation) || generation < 0 || generation >= generationLimit)
		throw new ProtocolError('generation-range', `expected 0 to ${generationLimit - 1}`);
	return generation;
}
