/** The pieces that people make passphrases of, and what each costs to guess, in bits. */
import { commonWords } from './common-words.ts';

/** What a piece of a passphrase is read as. */
export type PieceKind = 'common' | 'repeated' | 'sequence' | 'year' | 'word' | 'single';
/** A piece up to `end`, an index, with its price in bits for somebody who guesses. */
export interface Piece {
	end: number;
	bits: number;
	kind: PieceKind;
}

const rows = [
	'abcdefghijklmnopqrstuvwxyz',
	'01234567890',
	'qwertyuiop',
	'asdfghjkl',
	'zxcvbnm',
	'1qaz2wsx3edc4rfv5tgb',
	'ضصثقفغعهخحجد',
	'شسيبلاتنمكط',
	'ابتثجحخد',
];
/** each row in both directions */
const lines = rows.flatMap((row) => [row, Array.from(row).reverse().join('')]);
const ranks = new Map(commonWords.split(' ').map((word, index) => [word, index + 1]));
const longestCommon = 12;
const lookalikes: Record<string, string> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' };

const plain = (text: string) => text.toLowerCase().replace(/[013457@$!]/g, (sign) => lookalikes[sign] ?? sign);

/** The class that a character is drawn from, and log2 of its size. Between words a space or dash says next to nothing. */
function classOf(sign: string): { name: string; bits: number } {
	if (/[0-9]/.test(sign)) return { name: 'digit', bits: Math.log2(10) };
	if (/[a-z]/.test(sign)) return { name: 'small', bits: Math.log2(26) };
	if (/[A-Z]/.test(sign)) return { name: 'capital', bits: Math.log2(26) };
	if (/\s/.test(sign)) return { name: 'space', bits: 1 };
	if (/[-_.,/+]/.test(sign)) return { name: 'joint', bits: 2.5 };
	if (/[!-~]/.test(sign)) return { name: 'sign', bits: 5 };
	return { name: 'other', bits: 5.5 };
}

/** What one character costs where nothing better is known of it: its class, and a little where the class changes. */
function singleBits(sign: string, before: string | undefined): number {
	const { name, bits } = classOf(sign);
	const changes = before !== undefined && name !== 'space' && name !== 'joint' && classOf(before).name !== name;
	return bits + (changes ? 1 : 0);
}

/** Capitals and look-alikes add little: people put them in the same places. */
function variation(text: string): number {
	const capitals = text.replace(/[^\p{Lu}]/gu, '').length;
	const signs = plain(text) === text.toLowerCase() ? 0 : 1.5;
	if (capitals === 0) return signs;
	return (
		signs + (capitals === text.length || (capitals === 1 && /^\p{Lu}/u.test(text)) ? 1 : 1 + Math.min(capitals, text.length - capitals))
	);
}

function commonFrom(signs: readonly string[], start: number): Piece[] {
	const pieces: Piece[] = [];
	for (let end = start + 3; end <= Math.min(signs.length, start + longestCommon); end++) {
		const text = signs.slice(start, end).join('');
		const rank = ranks.get(text.toLowerCase()) ?? ranks.get(plain(text));
		if (rank) pieces.push({ end, bits: Math.log2(rank + 1) + variation(text), kind: 'common' });
	}
	return pieces;
}

function runFrom(signs: readonly string[], start: number): Piece[] {
	const pieces: Piece[] = [];
	for (const line of lines) {
		let text = signs[start]?.toLowerCase() ?? '';
		let end = start + 1;
		while (end < signs.length && line.includes(text + signs[end]?.toLowerCase())) text += signs[end++]?.toLowerCase();
		const bits = 4 + Math.log2(end - start) + variation(signs.slice(start, end).join(''));
		if (end - start >= 3) pieces.push({ end, bits, kind: 'sequence' });
	}
	return pieces;
}

/** `aaaa`, `abcabc`: the unit once, and how often. The shortest unit says it all. */
function repeatFrom(signs: readonly string[], start: number): Piece[] {
	for (let size = 1; size <= 8 && start + size * 2 <= signs.length; size++) {
		const unit = signs.slice(start, start + size);
		let end = start + size;
		while (end + size <= signs.length && unit.every((sign, index) => signs[end + index]?.toLowerCase() === sign.toLowerCase())) end += size;
		const times = (end - start) / size;
		if (times >= (size === 1 ? 3 : 2)) return [{ end, bits: cheapest(unit).bits + Math.log2(times), kind: 'repeated' }];
	}
	return [];
}

function yearFrom(signs: readonly string[], start: number): Piece[] {
	const digits = signs.slice(start, start + 8).join('');
	const pieces: Piece[] = [];
	if (/^(19|20)\d\d/.test(digits)) pieces.push({ end: start + 4, bits: 6.5, kind: 'year' });
	if (/^(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(19|20)\d\d/.test(digits)) pieces.push({ end: start + 8, bits: 15, kind: 'year' });
	if (/^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])/.test(digits)) pieces.push({ end: start + 8, bits: 15, kind: 'year' });
	return pieces;
}

/**
 * A row of letters that can be spoken is a word, or several without a space. A word is one of 2^10 to 2^15, the longer the rarer; what is too
 * long for one is priced at what running text holds, 1.8 bits a letter.
 */
function wordFrom(signs: readonly string[], start: number): Piece[] {
	if (start > 0 && /\p{L}/u.test(signs[start - 1] as string)) return [];
	const isLetter = (at: number) => /[\p{L}\p{M}]/u.test(signs[at] ?? '');
	let end = start;
	// a look-alike inside a word is still that word
	while (isLetter(end) || (end > start && (signs[end] ?? '') in lookalikes && isLetter(end + 1))) end++;
	const text = signs.slice(start, end).join('');
	const length = end - start;
	if (length < 3 || !isSpeakable(plain(text))) return [];
	return [{ end, bits: 11 + 0.7 * (Math.min(length, 9) - 4) + 1.8 * Math.max(0, length - 9) + variation(text), kind: 'word' }];
}

/** Latin: vowels not rarer than one in five and never five consonants in a row. Other scripts: always. */
function isSpeakable(text: string): boolean {
	if (!/^[a-z]+$/.test(text)) return true;
	const vowels = text.replace(/[^aeiouy]/g, '').length;
	return (
		vowels / text.length >= 0.2 &&
		!/[^aeiouy]{5}/.test(text) &&
		!/[aeiou]{4}/.test(text) &&
		!/[qjxzv][bcdfgjkmpqtvwxz]|[bcdfgjkmpqtvwxz][qjxz]/.test(text)
	);
}

/** The cheapest way to read `signs` as pieces: what it costs somebody who guesses in that order. */
export function cheapest(signs: readonly string[]): { bits: number; pieces: Piece[] } {
	const best: { bits: number; pieces: Piece[] }[] = [{ bits: 0, pieces: [] }];
	for (let start = 0; start < signs.length; start++) {
		const here = best[start];
		if (!here) continue;
		const pieces: Piece[] = [{ end: start + 1, bits: singleBits(signs[start] as string, signs[start - 1]), kind: 'single' }];
		pieces.push(...commonFrom(signs, start), ...runFrom(signs, start), ...repeatFrom(signs, start));
		pieces.push(...yearFrom(signs, start), ...wordFrom(signs, start));
		for (const piece of pieces) {
			// putting pieces together is a choice as well, if a small one
			const bits = here.bits + piece.bits + (here.pieces.length > 0 && piece.kind !== 'single' ? 1 : 0);
			const known = best[piece.end];
			if (!known || bits < known.bits) best[piece.end] = { bits, pieces: [...here.pieces, piece] };
		}
	}
	return best[signs.length] ?? { bits: 0, pieces: [] };
}
