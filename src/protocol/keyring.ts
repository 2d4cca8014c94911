import { SHA256 } from '@stablelib/sha256';
import { generationSecret, type RoomKeys, roomKeys } from './generation.ts';
import { hardenedChild, type Node, wipeNode } from './node.ts';
import { secret, wipe } from './secret.ts';

/*
 * What is derived from a generation's node again and again: its secret, the parents of its author keys, and the keys
 * of the rooms last looked at. It lives as long as the node, and dies with `forgetGeneration`.
 */

/** rooms and periods whose keys are kept, per generation */
export const roomsKept = 64;

type SavedState = ReturnType<SHA256['saveState']>;
/** HMAC's two hashes with the key's block behind them (RFC 2104 §4): what is left for a message is one block each. */
interface KeyedTag {
	inner: SavedState;
	outer: SavedState;
}
export type CachedRoomKeys = RoomKeys & { readonly keyedTag: KeyedTag };

const hashing = new SHA256();

function keyTag(tagKey: Uint8Array): KeyedTag {
	const pad = (value: number) => Uint8Array.from({ length: 64 }, (_, at) => (tagKey[at] ?? 0) ^ value);
	const [innerPad, outerPad] = [pad(0x36), pad(0x5c)];
	const keyed = { inner: hashing.reset().update(innerPad).saveState(), outer: hashing.reset().update(outerPad).saveState() };
	// the last block that was hashed stands in it, and is the key
	hashing.clean();
	wipe(innerPad, outerPad);
	return keyed;
}

interface Derived {
	secret: Uint8Array;
	parents: Map<number, Node>;
	rooms: Map<string, CachedRoomKeys>;
	last: { room: string; period: number; keys: CachedRoomKeys } | null;
}

const derivedFrom = new WeakMap<Node, Derived>();

/** The room keys of a generation's node, from the cache where they are there. */
export function cachedRoomKeys(generation: Node, room: string, period: number): CachedRoomKeys {
	const derived = derivedOf(generation);
	// messages come in runs of one room: no name is built, nor the map touched, for the same again
	if (derived.last?.room === room && derived.last.period === period) return derived.last.keys;
	const name = `${period} ${room}`;
	const known = derived.rooms.get(name);
	if (known) {
		derived.rooms.delete(name);
		derived.rooms.set(name, known);
		derived.last = { room, period, keys: known };
		return known;
	}
	const keys = roomKeys(derived.secret, room, period);
	const kept = Object.defineProperty(keys, 'keyedTag', { value: keyTag(keys.tagKey) }) as CachedRoomKeys;
	derived.rooms.set(name, kept);
	derived.last = { room, period, keys: kept };
	for (const [oldest, dead] of derived.rooms) {
		if (derived.rooms.size <= roomsKept) break;
		derived.rooms.delete(oldest);
		wipeRoomKeys(dead);
	}
	return kept;
}

/** The tag of a room's kept keys, as `makeTag` computes it: 32 bytes into `output`, of which the first 16 are the tag. `covered`: 48 bytes. */
export function keyedTagInto({ keyedTag }: CachedRoomKeys, covered: Uint8Array, output: Uint8Array): void {
	// of keys that were overwritten anybody could compute the tag
	if (keyedTag.inner.bytesHashed !== 64) throw new Error('these keys were forgotten');
	hashing.restoreState(keyedTag.inner).update(covered).finish(output);
	hashing.restoreState(keyedTag.outer).update(output).finish(output);
}

/** `G/0'` or `G/1'`, the parent of all one-time keys or of all personas. */
export function cachedParent(generation: Node, index: 0 | 1): Node {
	const { parents } = derivedOf(generation);
	const known = parents.get(index);
	if (known) return known;
	const parent = hardenedChild(generation, index);
	parents.set(index, parent);
	return parent;
}

/** Overwrites a generation's node and all that was derived from it. On lock, call it for every generation held. */
export function forgetGeneration(generation: Node): void {
	const derived = derivedFrom.get(generation);
	derivedFrom.delete(generation);
	wipeNode(generation);
	if (!derived) return;
	wipe(derived.secret);
	for (const parent of derived.parents.values()) wipeNode(parent);
	for (const keys of derived.rooms.values()) wipeRoomKeys(keys);
	hashing.clean();
}

function derivedOf(generation: Node): Derived {
	const known = derivedFrom.get(generation);
	if (known) return known;
	const derived: Derived = secret({ secret: generationSecret(generation), parents: new Map(), rooms: new Map(), last: null });
	derivedFrom.set(generation, derived);
	return derived;
}

function wipeRoomKeys(keys: CachedRoomKeys): void {
	wipe(keys.tagKey, keys.sealKey);
	hashing.cleanSavedState(keys.keyedTag.inner);
	hashing.cleanSavedState(keys.keyedTag.outer);
}
