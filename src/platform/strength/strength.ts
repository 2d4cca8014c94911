/**
 * An honest guess at how many guesses a passphrase withstands, small enough for the popup.
 *
 * It reads the passphrase as a row of pieces (a common password or word, a run like `abcd` or `qwer`, a repeat, a year, a plain word, single
 * characters), gives each piece what it costs somebody who guesses in that order, and takes the cheapest reading. Errors are meant to fall on
 * the low side: a letter row that could be words is priced as words, in any language.
 */

import { BautaError } from '../../messages/errors.ts';
import { cheapest, type Piece, type PieceKind } from './pieces.ts';

/** Why a passphrase is not better than it is; the popup has a sentence for each. */
export type Weakness = 'short' | 'common' | 'repeated' | 'sequence' | 'digits' | 'predictable';

/** How strong a passphrase is, and what would better it. */
export interface Strength {
	/** log2 of the guesses it is likely to take */
	bits: number;
	/** 0 refused · 1 weak but taken · 2 good · 3 strong */
	score: 0 | 1 | 2 | 3;
	/** the main thing to better, null where nothing needs it */
	weakness: Weakness | null;
}

/** A fast graphics card makes some 3000 guesses a second at 128 MiB of scrypt each: 2^40 keep it busy for about ten years. */
export const leastBits = 40;
const goodBits = 50;
const strongBits = 65;
const leastLength = 8;

function weaknessOf(signs: readonly string[], pieces: readonly Piece[], bits: number): Weakness | null {
	if (bits >= goodBits) return null;
	if (signs.length > 0 && signs.every((sign) => /\d/.test(sign))) return 'digits';
	if (signs.length < leastLength) return 'short';
	/** how much of the passphrase pieces of one kind make up, 0 to 1 */
	const shareOf = (kind: PieceKind) => {
		let start = 0;
		let length = 0;
		for (const piece of pieces) {
			if (piece.kind === kind) length += piece.end - start;
			start = piece.end;
		}
		return length / signs.length;
	};
	if (shareOf('repeated') >= 0.4) return 'repeated';
	if (shareOf('sequence') >= 0.4) return 'sequence';
	if (shareOf('common') >= 0.4) return 'common';
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
