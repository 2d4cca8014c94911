import { rootFromSeed } from '../../src/protocol/account/root.ts';
import { oneTimeKey, wordsOf } from '../../src/protocol/author.ts';
import { generationNode } from '../../src/protocol/generation.ts';
import { cachedParent } from '../../src/protocol/keyring.ts';
import { hardenedPath } from '../../src/protocol/node.ts';

/** Derives the private keys of as many one-time messages and says how many of them are there more than once. */
export function countRepeatedKeys(count: number, random: (length: number) => Uint8Array): number {
	const generation = generationNode(rootFromSeed(random(64)), 0);
	const parent = cachedParent(generation, 0);
	const uniqueKeys = new Set<string>();
	for (let at = 0; at < count; at++) {
		const { privateKey } = hardenedPath(parent, wordsOf(random(16)));
		// sixteen bytes of it are enough: two keys that differ there are two keys
		uniqueKeys.add(String.fromCharCode(...new Uint16Array(privateKey.buffer, privateKey.byteOffset, 8)));
	}
	// the path that was walked is the one that messages take
	const randomWords = random(16);
	const [walked, author] = [hardenedPath(parent, wordsOf(randomWords)), oneTimeKey(generation, randomWords)];
	if (walked.privateKey.some((byte, at) => byte !== author.privateKey[at])) throw new Error('another path');
	return count - uniqueKeys.size;
}
