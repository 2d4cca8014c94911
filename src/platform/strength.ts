/**
 * An honest guess at how many guesses a passphrase withstands, small enough for the popup.
 *
 * It reads the passphrase as a row of pieces (a common password or word, a run like `abcd` or `qwer`, a repeat, a year, a plain word, single
 * characters), gives each piece what it costs somebody who guesses in that order, and takes the cheapest reading. Errors are meant to fall on
 * the low side: a letter row that could be words is priced as words, in any language.
 */

import { commonWords } from './common-words.ts';
import { BautaError } from './error.ts';

/** Why a passphrase is not better than it is; the popup has a sentence for each. */
export type Weakness = 'short' | 'common' | 'repeated' | 'sequence' | 'digits' | 'predictable';

export interface Strength {
	/** log2 of the guesses it is likely to take */
	bits: number;
	/** 0 refused · 1 weak but taken · 2 good · 3 strong */
	score: 0 | 1 | 2 | 3;
	/** the main thing to better, null where nothing needs it */
	weakness: Weakness | null;
}

/** 2^36 guesses at 128 MiB of scrypt each keep a hundred good machines busy for more than ten years. */
export const leastBits = 36;
const goodBits = 50;
const strongBits = 65;
const leastLength = 8;

type Kind = 'common' | 'repeated' | 'sequence' | 'year' | 'word' | 'single';
interface Piece {
	end: number;
	bits: number;
	kind: Kind;
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
const ranks = new Map(commonWords.split(' ').map((word, index) => [word, index + 1]));
const longestCommon = 12;
const lookalikes: Record<string, string> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' };

const plain = (text: string) => text.toLowerCase().replace(/[013457@$!]/g, (sign) => lookalikes[sign] ?? sign);

/** What one character costs where nothing better is known of it: the size of the class it comes from. */
function singleBits(sign: string): number {
	if (/[0-9]/.test(sign)) return Math.log2(10);
	if (/[a-z]/.test(sign)) return Math.log2(26);
	if (/[A-Z]/.test(sign)) return Math.log2(26) + 0.7;
	if (/[ -~]/.test(sign)) return 5;
	return 5.5;
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
	const found: Piece[] = [];
	for (let end = start + 3; end <= Math.min(signs.length, start + longestCommon); end++) {
		const text = signs.slice(start, end).join('');
		const rank = ranks.get(text.toLowerCase()) ?? ranks.get(plain(text));
		if (rank) found.push({ end, bits: Math.log2(rank + 1) + variation(text), kind: 'common' });
	}
	return found;
}

function runFrom(signs: readonly string[], start: number): Piece[] {
	const text = signs.join('').toLowerCase();
	const found: Piece[] = [];
	const units = Array.from(text);
	for (const row of rows)
		for (const line of [row, Array.from(row).reverse().join('')]) {
			let end = start + 1;
			while (end < units.length && line.includes(units.slice(start, end + 1).join(''))) end++;
			if (end - start >= 3)
				found.push({ end, bits: 4 + Math.log2(end - start) + variation(signs.slice(start, end).join('')), kind: 'sequence' });
		}
	return found;
}

/** `aaaa`, `abcabc`: the unit once, and how often. */
function repeatFrom(signs: readonly string[], start: number): Piece[] {
	const found: Piece[] = [];
	for (let size = 1; size <= 8 && start + size * 2 <= signs.length; size++) {
		const unit = signs.slice(start, start + size);
		let end = start + size;
		while (end + size <= signs.length && unit.every((sign, index) => signs[end + index]?.toLowerCase() === sign.toLowerCase())) end += size;
		const times = (end - start) / size;
		if (times < 2 || (size === 1 && times < 3)) continue;
		const once = cheapest(unit);
		found.push({ end, bits: once.bits + Math.log2(times), kind: 'repeated' });
	}
	return found;
}

function yearFrom(signs: readonly string[], start: number): Piece[] {
	const digits = signs.slice(start, start + 8).join('');
	const found: Piece[] = [];
	if (/^(19|20)\d\d/.test(digits)) found.push({ end: start + 4, bits: 6.5, kind: 'year' });
	if (/^(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(19|20)\d\d/.test(digits)) found.push({ end: start + 8, bits: 15, kind: 'year' });
	if (/^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])/.test(digits)) found.push({ end: start + 8, bits: 15, kind: 'year' });
	return found;
}

/** A row of letters that can be spoken is a word, or several without a space: 13 bits for the first six letters or so, then 2.2 for each. */
function wordFrom(signs: readonly string[], start: number): Piece[] {
	if (start > 0 && /\p{L}/u.test(signs[start - 1] as string)) return [];
	let end = start;
	while (end < signs.length && /\p{L}/u.test(signs[end] as string)) end++;
	const text = signs.slice(start, end).join('');
	if (end - start < 4 || !isSpeakable(text.toLowerCase())) return [];
	return [{ end, bits: Math.max(11, 2.2 * (end - start)) + variation(text), kind: 'word' }];
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

/** The cheapest way to read `signs` as pieces. */
function cheapest(signs: readonly string[]): { bits: number; pieces: Piece[] } {
	const best: { bits: number; pieces: Piece[] }[] = [{ bits: 0, pieces: [] }];
	for (let start = 0; start < signs.length; start++) {
		const here = best[start];
		if (!here) continue;
		const pieces: Piece[] = [{ end: start + 1, bits: singleBits(signs[start] as string), kind: 'single' }];
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

function weaknessOf(signs: readonly string[], pieces: readonly Piece[], bits: number): Weakness | null {
	if (bits >= goodBits) return null;
	if (signs.every((sign) => /\d/.test(sign))) return 'digits';
	if (signs.length < leastLength) return 'short';
	const covered = (kind: Kind) => {
		let start = 0;
		let length = 0;
		for (const piece of pieces) {
			if (piece.kind === kind) length += piece.end - start;
			start = piece.end;
		}
		return length / signs.length;
	};
	if (covered('repeated') >= 0.4) return 'repeated';
	if (covered('sequence') >= 0.4) return 'sequence';
	if (covered('common') >= 0.4) return 'common';
	return signs.length < 14 ? 'short' : 'predictable';
}

/** How strong a passphrase is. Only its first 128 characters count. */
export function strengthOf(passphrase: string): Strength {
	const signs = Array.from(passphrase.normalize('NFKC')).slice(0, 128);
	const { bits, pieces } = cheapest(signs);
	const refused = bits < leastBits || signs.length < leastLength;
	const score = refused ? 0 : bits < goodBits ? 1 : bits < strongBits ? 2 : 3;
	return { bits: Math.round(bits), score, weakness: weaknessOf(signs, pieces, bits) };
}

/** @throws BautaError `passphrase-weak`, detail = the weakness */
export function demandStrength(passphrase: string): void {
	const { score, weakness } = strengthOf(passphrase);
	if (score === 0) throw new BautaError('passphrase-weak', weakness ?? 'short');
}
