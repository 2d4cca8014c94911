import { wordlist } from '@scure/bip39/wordlists/english.js';
import { BautaError } from '../../messages/errors.ts';
import { normalPhrase, rootFromPhrase } from '../../protocol/account/root.ts';
import { wipe } from '../../protocol/secret.ts';
import { chatKeyFromPhrase } from '../../protocol/status/chat-key.ts';
import { chatKeyText } from '../../protocol/status/status-key.ts';
import { type IdentifiedKey, withBautaErrors } from '../imported-key.ts';
import { nearestWord } from './nearest-word.ts';
import { splitLabel } from './pasted-text.ts';

const bip39Words = new Set(wordlist);
const counts = [12, 15, 18, 21, 24];
/** More than these need not be named to find the fault, and each costs a look through the list. */
const mostNamed = 3;

/** So many words on the list make a text with other characters in it a phrase, and not a sentence. */
const leastListed = 6;

/** Lines before a phrase that may be its title. */
const mostOfTitle = 5;

/** Longer than any phrase is written, with numbers, labels and invisible characters. UTF-16 units. */
const mostOfPhrase = 8192;

/** Markup, and line ends as programs write them. */
const markup = /<\/?[a-z][^>]*>|&#?\w+;|\\[nrt]/gi;
/** What stands before a word and is no number: `a)`, `iv.`, `1st`. No list has a word like that. */
const numeral = /^([a-z]|[ivx]{2,5}|st|nd|rd|th)$/;

/** The words of a text in their normal form (docs/protocol.md §2). Whatever stands between them is left out: numbers, commas, bullets, quotes. */
function splitWords(text: string): string[] {
	const pieces =
		text
			.normalize('NFKD')
			.toLowerCase()
			.match(/[\p{L}\p{M}\p{DI}]+/gu) ?? [];
	// without a letter it is a mark on what stands before it: the frame of a keycap
	const withLetters = pieces.filter((piece) => /\p{L}/u.test(piece));
	return withLetters.flatMap((piece) => {
		const parts = piece.split(/\p{DI}+/u).filter(Boolean);
		// Chinese is written without spaces; each character is a word
		if (/^\p{Script=Han}+$/u.test(piece)) return [...piece];
		// an invisible character may stand in a word, or between two
		const isRow = !bip39Words.has(parts.join('')) && parts.every((part) => bip39Words.has(part));
		return isRow ? parts : [parts.join('')].filter(Boolean);
	});
}

/** Most words of a name before or behind each word of a phrase, with that word. */
const longestStride = 3;

/** The words without a name that stands before or behind each of them: `Word 1: legal, Word 2: winner`. Empty where none does. */
function withoutNames(words: string[]): string[] {
	for (let stride = 2; stride <= longestStride && words.length >= stride * leastListed; stride++) {
		const parts = Array.from({ length: stride }, (_, place) => words.filter((_word, at) => at % stride === place));
		const [row, ...others] = parts.filter((part) => new Set(part).size > 1);
		if (row && others.length === 0 && words.length % stride === 0) return row;
	}
	return [];
}

/** Words as they stand, and without what is none of the phrase: numerals, a name before each, the phrase once more. */
function wordReadings(words: string[]): string[][] {
	const half = words.length / 2;
	const isRepeated = words.slice(half).join() === words.slice(0, half).join();
	return [words, words.filter((word) => !numeral.test(word)), withoutNames(words), ...(isRepeated ? [words.slice(0, half)] : [])];
}

/** The words of a text in every way in which they may be meant, the likeliest first: with a name or a title before them, with markup in them. */
function readingsOf(text: string): string[][] {
	const plain = text.replace(markup, ' ');
	return [text, ...[text, plain].map((each) => splitLabel(each).value), plain, ...withoutTitle(plain)].flatMap((each) =>
		wordReadings(splitWords(each)),
	);
}

/** A text without its first lines, where they are no part of the phrase: most of their words are on no list. */
function withoutTitle(text: string): string[] {
	const lines = text.split('\n');
	return lines.slice(0, mostOfTitle).flatMap((_, at) => {
		const title = splitWords(lines.slice(0, at + 1).join('\n'));
		const isTitle = title.filter((word) => bip39Words.has(word)).length * 2 < title.length;
		return isTitle ? [lines.slice(at + 1).join('\n')] : [];
	});
}

/** Are these as many words as a phrase has, all on the list, with the right check? */
function isRight(words: readonly string[]): boolean {
	if (!counts.includes(words.length) || !words.every((word) => bip39Words.has(word))) return false;
	try {
		return normalPhrase(words.join(' ')) !== '';
	} catch {
		return false;
	}
}

/** The words of a phrase, right or wrong, as BIP-39 has them, or null where a text is no row of words. */
export function wordsOf(text: string): string[] | null {
	if (text.length > mostOfPhrase) return null;
	const right = readingsOf(text).find(isRight);
	if (right) return right;
	const row = splitWords(splitLabel(text).value);
	const withoutNumerals = row.filter((word) => !numeral.test(word));
	const all = splitWords(text);
	const behindNames = withoutNames(all);
	// what is wrong is told of the phrase alone, where it can be told from what stands around it; a word that it has many times is no name
	const hasNames = behindNames.length > 0 && all.some((word) => !behindNames.includes(word));
	const plain = counts.includes(withoutNumerals.length) ? withoutNumerals : row;
	const words = hasNames ? behindNames : plain;
	const isPlain = /^[\p{L}\p{M}\p{DI}\s'’-]+$/u.test(text);
	const isPhrase = isPlain || words.filter((word) => bip39Words.has(word)).length >= leastListed || isOfAnotherList(words);
	return isPhrase && words.length >= 2 ? words : null;
}

/** Are these the words of a phrase in another language? No list has a word of less than three letters, but for those of East Asia. */
function isOfAnotherList(words: readonly string[]): boolean {
	const isListed = (word: string) => word.length >= 3 || !/[a-z]/.test(word);
	return counts.includes(words.length) && words.every(isListed) && words.filter((word) => bip39Words.has(word)).length * 2 < words.length;
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
 * @throws BautaError `phrase-count` (detail = how many words), `phrase-word` (detail = which, and the nearest on the list),
 * `phrase-language`, `phrase-checksum`
 */
export function identifyPhrase(words: readonly string[]): IdentifiedKey {
	if (!words.some((word) => bip39Words.has(word)) && !counts.includes(words.length)) throw new BautaError('key-unknown');
	if (!counts.includes(words.length)) throw new BautaError('phrase-count', `${words.length}`);
	if (isOfAnotherList(words)) throw new BautaError('phrase-language');
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
