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
/** A room's keys with the state of its HMAC. */
export type CachedRoomKeys = RoomKeys & { readonly keyedTag: KeyedTag };

const hashing = new SHA256();

function keyTag(tagKey: Uint8Array): KeyedTag {
	const pad = (value: number) => Uint8Array.from({ length: 64 }, (_, at) => (tagKey[at] ?? 0) ^ value);
	const [innerPad, outerPad] = [pad(0x36), pad(0x5c)];
	const keyedStates = { inner: hashing.reset().update(innerPad).saveState(), outer: hashing.reset().update(outerPad).saveState() };
	// the hasher still holds the last block that it hashed, which is the key
	hashing.clean();
	wipe(innerPad, outerPad);
	return keyedStates;
}

interface DerivedMaterial {
	secret: Uint8Array;
	parents: Map<number, Node>;
	rooms: Map<string, CachedRoomKeys>;
	last: { room: string; period: number; keys: CachedRoomKeys } | null;
}

const materials = new WeakMap<Node, DerivedMaterial>();

/** The room keys of a generation's node, from the cache where they are there. */
export function cachedRoomKeys(generation: Node, room: string, period: number): CachedRoomKeys {
	const material = materialOf(generation);
	// messages come in runs of one room: the last keys are at hand without building a name and asking the map
	if (material.last?.room === room && material.last.period === period) return material.last.keys;
	const name = `${period} ${room}`;
	const cachedKeys = material.rooms.get(name);
	if (cachedKeys) {
		material.rooms.delete(name);
		material.rooms.set(name, cachedKeys);
		material.last = { room, period, keys: cachedKeys };
		return cachedKeys;
	}
	const keys = roomKeys(material.secret, room, period);
	const newKeys = Object.defineProperty(keys, 'keyedTag', { value: keyTag(keys.tagKey) }) as CachedRoomKeys;
	material.rooms.set(name, newKeys);
	material.last = { room, period, keys: newKeys };
	for (const [oldest, dead] of material.rooms) {
		if (material.rooms.size <= roomsKept) break;
		material.rooms.delete(oldest);
		wipeRoomKeys(dead);
	}
	return newKeys;
}

/**
 * The tag of a room's kept keys, as `makeTag` computes it: 32 bytes into `output`, of which the first 16 are the tag. `covered`: 48 bytes.
 */
export function keyedTagInto({ keyedTag }: CachedRoomKeys, covered: Uint8Array, output: Uint8Array): void {
	// keys that were overwritten are zeros: anybody could compute their tag
	if (keyedTag.inner.bytesHashed !== 64) throw new Error('these keys were forgotten');
	hashing.restoreState(keyedTag.inner).update(covered).finish(output);
	hashing.restoreState(keyedTag.outer).update(output).finish(output);
}

/** `G/0'` or `G/1'`, the parent of all one-time keys or of all personas. */
export function cachedParent(generation: Node, index: 0 | 1): Node {
	const { parents } = materialOf(generation);
	const existing = parents.get(index);
	if (existing) return existing;
	const parent = hardenedChild(generation, index);
	parents.set(index, parent);
	return parent;
}

/** Overwrites a generation's node and all that was derived from it. On lock, call it for every generation held. */
export function forgetGeneration(generation: Node): void {
	const material = materials.get(generation);
	materials.delete(generation);
	wipeNode(generation);
	if (!material) return;
	wipe(material.secret);
	for (const parent of material.parents.values()) wipeNode(parent);
	for (const keys of material.rooms.values()) wipeRoomKeys(keys);
	hashing.clean();
}

function materialOf(generation: Node): DerivedMaterial {
	const existing = materials.get(generation);
	if (existing) return existing;
	const material: DerivedMaterial = secret({ secret: generationSecret(generation), parents: new Map(), rooms: new Map(), last: null });
	materials.set(generation, material);
	return material;
}

function wipeRoomKeys(keys: CachedRoomKeys): void {
	wipe(keys.tagKey, keys.sealKey);
	hashing.cleanSavedState(keys.keyedTag.inner);
	hashing.cleanSavedState(keys.keyedTag.outer);
}
