import { wordlist } from '@scure/bip39/wordlists/english.js';

const wordCount = 6;
const bitsPerWord = 11;

/**
 * The first 66 bits of a hash as six words of BIP-39's English list, for two people or two screens to compare.
 * To find other bytes with the same words takes 2^66 tries, and a code lives for ten minutes.
 * @param hash 9 bytes or more
 */
export function sixWords(hash: Uint8Array): string[] {
	const words: string[] = [];
	let remainder = 0;
	let bits = 0;
	for (const byte of hash) {
		remainder = ((remainder << 8) | byte) & 0x7ffff;
		bits += 8;
		if (bits < bitsPerWord) continue;
		bits -= bitsPerWord;
		words.push(wordlist[(remainder >> bits) & 0x7ff] as string);
		if (words.length === wordCount) break;
	}
	return words;
}
