import { maskPath } from './mask.ts';

/*
 * The two marks of anonymous messages, as paths to be filled by the even-odd rule. Both fill the same box. They are pictures and have no
 * letters of any font: text can be found, selected and measured by a page (THREATS.md P9).
 */

/** the box of a mark, px */
export const markBox = { width: 50, height: 18 };

const rim = 'M9 0H41A9 9 0 0 1 41 18H9A9 9 0 0 1 9 0Z';
const inside = 'M9 1.2H41A7.8 7.8 0 0 1 41 16.8H9A7.8 7.8 0 0 1 9 1.2Z';

/** The mask of 40 px, `scale` times as large, moved by so many px. Its path has pairs of coordinates alone. */
function maskAt(left: number, top: number, scale: number): string {
	let at = 0;
	return maskPath.replace(/[\d.]+/g, (length) => String(Math.round((Number(length) * scale + (at++ % 2 ? top : left)) * 100) / 100));
}

/**
 * The mark of a message that somebody else wrote: the mask in a rim. And of one's own: filled, with the mask and "you" cut out.
 * @param you "you" as it is drawn in the language of the words (`content_mine_drawn` of `_locales`)
 */
export const markPath = (mine: boolean, you: string): string =>
	mine ? `${rim}${maskAt(2.4, -0.5, 0.45)}${you}` : `${rim}${inside}${maskAt(15, -1.4, 0.5)}`;
