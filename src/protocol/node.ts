import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { fromHex, toHex, utf8 } from './bytes.ts';
import { isBelow, isZero, n, nBytes, toBytes32, toNumber } from './curve.ts';
import { ProtocolError } from './error.ts';
import { type Secret, secret, wipe } from './secret.ts';

/**
 * A private BIP-32 node: 32 bytes each.
 * There is no public twin of it here, and no way to derive a child that is not hardened: a watch-only copy
 * and one leaked child would together give the parent (docs/protocol.md §2).
 */
export type Node = Secret<{ privateKey: Uint8Array; chainCode: Uint8Array }>;

/** A node around these two arrays, which it keeps. Throws `key-length`, `key-zero`, `key-range`. */
export function node(privateKey: Uint8Array, chainCode: Uint8Array): Node {
	if (privateKey.length !== 32 || chainCode.length !== 32)
		throw new ProtocolError('key-length', `expected 32 and 32 bytes, got ${privateKey.length} and ${chainCode.length}`);
	if (isZero(privateKey)) throw new ProtocolError('key-zero');
	if (!isBelow(privateKey, nBytes)) throw new ProtocolError('key-range');
	return secret({ privateKey, chainCode });
}

/** A node as the vault and linked devices write it down: 32 bytes each, as hex. */
export interface StoredNode {
	privateKey: string;
	chainCode: string;
}

/** The node that was written down. Throws `not-hex`, and what `node` throws. */
export function nodeFrom({ privateKey, chainCode }: StoredNode): Node {
	return node(fromHex(privateKey), fromHex(chainCode));
}

/** A node as it is written down, see `StoredNode`. */
export function storedNode({ privateKey, chainCode }: Node): StoredNode {
	return { privateKey: toHex(privateKey), chainCode: toHex(chainCode) };
}

/** Does something with a stored node, and overwrites it afterwards. Throws what `nodeFrom` and `task` throw. */
export function withNode<T>(stored: StoredNode, task: (node: Node) => T): T {
	const open = nodeFrom(stored);
	try {
		return task(open);
	} finally {
		wipeNode(open);
	}
}

/** Overwrites a node that is not needed any more. */
export function wipeNode(dead: Node): void {
	wipe(dead.privateKey, dead.chainCode);
}

/** BIP-32, master key generation, of a seed of 16 to 64 bytes. Throws `key-zero` or `key-range` once in 2^127 seeds. */
export function masterNode(seed: Uint8Array): Node {
	if (seed.length < 16 || seed.length > 64) throw new ProtocolError('key-length', `expected 16 to 64 bytes, got ${seed.length}`);
	const I = hmac(sha512, utf8('Bitcoin seed'), seed);
	const master = node(I.slice(0, 32), I.slice(32));
	wipe(I);
	return master;
}

/**
 * BIP-32, CKDpriv, hardened: the child `index'`, 0 ≤ index < 2^31.
 * By hand, because a library computes the child's public key each time: thirty times slower, and a public key nobody may have.
 * Throws `path-range`; `child-invalid` once in 2^127 children, where the caller draws another.
 */
export function hardenedChild(parent: Node, index: number): Node {
	if (!Number.isInteger(index) || index < 0 || index >= 2 ** 31) throw new ProtocolError('path-range', 'expected 31 bits');
	const data = new Uint8Array(37);
	data.set(parent.privateKey, 1);
	new DataView(data.buffer).setUint32(33, index + 2 ** 31);
	const I = hmac(sha512, parent.chainCode, data);
	const tweak = I.subarray(0, 32);
	const key = (toNumber(tweak) + toNumber(parent.privateKey)) % n;
	// BIP-32: "In case parse256(IL) ≥ n or ki = 0, the resulting key is invalid"
	const valid = isBelow(tweak, nBytes) && key !== 0n;
	const child = secret({ privateKey: toBytes32(key), chainCode: I.slice(32) });
	wipe(data, I);
	if (!valid) throw new ProtocolError('child-invalid');
	return child;
}

/** The node at a path of hardened indices; the nodes on the way are overwritten. */
export function hardenedPath(from: Node, path: readonly number[]): Node {
	let at = from;
	for (const index of path) {
		const child = hardenedChild(at, index);
		if (at !== from) wipeNode(at);
		at = child;
	}
	return at === from ? node(from.privateKey.slice(), from.chainCode.slice()) : at;
}
