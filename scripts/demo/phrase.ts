import { generateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';

/** Twelve new words, a person of their own. */
export function newPhrase(): string {
	return generateMnemonic(wordlist, 128);
}
