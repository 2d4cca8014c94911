import { concat, expectLength, H, readU32, u32be } from './bytes.ts';
import { checkPrivateKey, type KeyPair, keyPair } from './curve.ts';
import { ProtocolError } from './error.ts';
import { cachedParent } from './keyring.ts';
import { hardenedPath, type Node, wipeNode } from './node.ts';
import { type Secret, wipe } from './secret.ts';

// docs/protocol.md §3: the keys that messages are signed with.

/** Four numbers of 31 bits, as a path below a generation. */
export type Words = readonly [number, number, number, number];

/** Where an author key stands below its generation: `0'/w1'/w2'/w3'/w4'` or `1'/w1'/w2'/w3'/w4'/n'`. */
export interface KeyPath {
	kind: 'one-time' | 'persona';
	words: Words;
	/** a persona's number, 31 bits; 0 for one-time */
	n: number;
}

/** A key pair that signs messages, and where it stands. */
export type AuthorKey = Secret<KeyPair & KeyPath>;

/** The key of one message. `random16`: 16 random bytes. Throws `bytes-length`; `child-invalid`, and the caller draws again. */
export function oneTimeKey(generation: Node, random16: Uint8Array): AuthorKey {
	return keyAt(generation, { kind: 'one-time', words: wordsOf(expectLength(random16, 16)), n: 0 });
}

/**
 * The key of a persona. `scope`: a room id, or what `labelScope` makes of a label; `n`: 31 random bits. Throws `path-range`,
 * `child-invalid`.
 */
export function personaKey(generation: Node, scope: string, n: number): AuthorKey {
	return keyAt(generation, { kind: 'persona', words: personaWords(scope), n });
}

/** The scope of a persona that a user gave a name to. Throws `label-empty`. */
export function labelScope(label: string): string {
	const name = label.normalize('NFC');
	let start = 0;
	let end = name.length;
	while (start < end && '\t\n '.includes(name[start] as string)) start++;
	while (end > start && '\t\n '.includes(name[end - 1] as string)) end--;
	if (start === end) throw new ProtocolError('label-empty');
	return `label:${name.slice(start, end)}`;
}

/** `H("bauta/1 persona", scope)`, of which the first 16 bytes are the words. */
export function scopeHash(scope: string): Uint8Array {
	return H('bauta/1 persona', scope);
}

/** The words of a persona's path. */
export function personaWords(scope: string): Words {
	return wordsOf(scopeHash(scope).subarray(0, 16));
}

/** 31 random bits for a new persona, from 4 random bytes. */
export function personaNumber(random4: Uint8Array): number {
	return readU32(expectLength(random4, 4), 0) & 0x7fffffff;
}

/** 16 bytes as four u32be, top bits cleared. */
export function wordsOf(bytes: Uint8Array): Words {
	const word = (at: number) => readU32(bytes, at) & 0x7fffffff;
	return [word(0), word(4), word(8), word(12)];
}

/** The words as 16 bytes, as the seal carries them. */
export function wordBytes(words: Words): Uint8Array {
	return concat(...words.map(u32be));
}

/** The author key at a path below a generation. Throws `path-range`, `child-invalid`. */
export function keyAt(generation: Node, path: KeyPath): AuthorKey {
	const parent = cachedParent(generation, path.kind === 'one-time' ? 0 : 1);
	const end = hardenedPath(parent, path.kind === 'one-time' ? path.words : [...path.words, path.n]);
	const pair = keyPair(end.privateKey.slice());
	wipeNode(end);
	return Object.assign(pair, { kind: path.kind, words: path.words, n: path.n });
}

/** A key of no account, in 1..n-1, to be forgotten after sending. `random(length)` gives random bytes. */
export function noTraceKey(random: (length: number) => Uint8Array): KeyPair {
	for (;;) {
		const privateKey = expectLength(random(32), 32);
		try {
			checkPrivateKey(privateKey);
			return keyPair(privateKey);
		} catch (refused) {
			// 0, or n and above: one draw in 2^127
			wipe(privateKey);
			if (!(refused instanceof ProtocolError)) throw refused;
		}
	}
}
