import { wordlist } from '@scure/bip39/wordlists/english.js';
import { BautaError } from '../../messages/errors.ts';
import { normalPhrase, rootFromPhrase } from '../../protocol/account/root.ts';
import { wipe } from '../../protocol/secret.ts';
import { chatKeyFromPhrase } from '../../protocol/status/chat-key.ts';
import { chatKeyText } from '../../protocol/status/status-key.ts';
import { type IdentifiedKey, withBautaErrors } from '../imported-key.ts';
import { nearestWord } from './nearest-word.ts';

const bip39Words = new Set(wordlist);
const counts = [12, 15, 18, 21, 24];
/** More than these need not be named to find the fault, and each costs a look through the list. */
const mostNamed = 3;

/** The words of a text, as BIP-39 has them (docs/protocol.md §2), or null where it is no row of words. */
export function wordsOf(text: string): string[] | null {
	const words = text.trim().normalize('NFKD').toLowerCase().split(/\s+/);
	return words.length >= 2 && words.every((word) => /^\p{L}[\p{L}\p{M}'’-]*$/u.test(word)) ? words : null;
}

/** The words that are not on the list: `3: abandn → abandon, 7: …`, position from 1. */
function misspelt(words: readonly string[]): string {
	return words
		.flatMap((word, index) => (bip39Words.has(word) ? [] : [{ word, index }]))
		.slice(0, mostNamed)
		.map(({ word, index }) => {
			const near = nearestWord(word);
			return `${index + 1}: ${word.slice(0, 20)}${near ? ` → ${near}` : ''}`;
		})
		.join(', ');
}

/**
 * A BIP-39 phrase on the English list.
 * @throws BautaError `phrase-count` (detail = how many words), `phrase-word` (detail = which, and the nearest on the list), `phrase-checksum`
 */
export function identifyPhrase(words: readonly string[]): IdentifiedKey {
	if (!words.some((word) => bip39Words.has(word)) && !counts.includes(words.length)) throw new BautaError('key-unknown');
	if (!counts.includes(words.length)) throw new BautaError('phrase-count', `${words.length}`);
	const wrong = misspelt(words);
	if (wrong) throw new BautaError('phrase-word', wrong);
	const phrase = withBautaErrors(() => normalPhrase(words.join(' ')));
	return {
		format: 'phrase',
		summary: `${words.length}`,
		passphrase: 'possible',
		open: async (passphrase) =>
			withBautaErrors(() => {
				const account = chatKeyFromPhrase(phrase, passphrase);
				const summary = `${words.length} · ${chatKeyText(account.publicKey)}`;
				wipe(account.privateKey);
				return { kind: 'phrase', root: rootFromPhrase(phrase, passphrase), phrase: { words: phrase, passphrase }, summary };
			}),
	};
}
