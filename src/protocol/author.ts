import { concat, expectLength, H, readU32, u32be } from './bytes.ts';
import { checkPrivateKey, type KeyPair, keyPair, xOf } from './curve.ts';
import { ProtocolError } from './error.ts';
import { cachedParent } from './keyring.ts';
import { hardenedPath, type Node, wipeNode } from './node.ts';
import { type Secret, wipe } from './secret.ts';

// docs/protocol.md §3: the keys that messages are signed with, and how people tell those apart that sign more than once.

/** how many words a list of BIP-39 has: 11 bits name one of them */
const wordCount = 2048;
/** words that a hash has bits for, besides what the pattern takes */
const mostWords = 16;
/** bytes of the hash that the words take: 16 × 11 bits */
const nameBytes = 22;
/** cells of a pattern's side; its right half mirrors the left one */
const side = 5;

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

/** By x alone: one key may sign on a network that writes it with its parity, and on one that does not. */
const nameHash = (authorKey: Uint8Array): Uint8Array => H('bauta/1 voice name', xOf(expectLength(authorKey, 33)));

/**
 * Which words of a BIP-39 list name a voice: 16 numbers from 0 to 2047, the first two for its name, each further one for a name that is taken.
 * @param authorKey 33 bytes, as docs/protocol.md §6 has it; throws `bytes-length`
 */
export function voiceWordNumbers(authorKey: Uint8Array): number[] {
	return wordNumbers(nameHash(authorKey));
}

/** As many numbers of words as bytes have bits for, 16 at most: 11 bits each, from the first bit on. */
export function wordNumbers(bytes: Uint8Array): number[] {
	let bits = 0n;
	const used = bytes.subarray(0, nameBytes);
	for (const byte of used) bits = (bits << 8n) | BigInt(byte);
	const count = Math.min(mostWords, Math.floor((used.length * 8) / 11));
	const rest = used.length * 8 - count * 11;
	bits >>= BigInt(rest);
	return Array.from({ length: count }, (_, at) => Number((bits >> BigInt(11 * (count - 1 - at))) % BigInt(wordCount)));
}

/**
 * A small picture of the key: a path of cells of one unit in a square of five, symmetric about the middle column, as people tell faces apart.
 * @param authorKey 33 bytes; throws `bytes-length`
 */
export function voicePattern(authorKey: Uint8Array): string {
	const hash = nameHash(authorKey);
	let path = '';
	for (let cell = 0; cell < side * 3; cell++) {
		const [x, y] = [cell % 3, Math.floor(cell / 3)];
		// the last two bytes, of which the words take nothing
		const bit = ((hash[30] as number) | ((hash[31] as number) << 8)) & (1 << cell);
		if (!bit) continue;
		for (const column of new Set([x, side - 1 - x])) path += `M${column} ${y}h1v1h-1z`;
	}
	// never nothing: a pattern that is not seen would tell no two voices apart
	return path || 'M2 2h1v1h-1z';
}
