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

/** "YOU" and "أنت", drawn. */
const words = {
	ltr:
		'M21.5 5H23.6L25.6 8.1L27.6 5H29.7L26.5 9.8V13H24.7V9.8Z' +
		'M33.8 4.8A4.2 4.2 0 0 1 33.8 13.2A4.2 4.2 0 0 1 33.8 4.8ZM33.8 6.5A2.5 2.5 0 0 0 33.8 11.5A2.5 2.5 0 0 0 33.8 6.5Z' +
		'M39.2 5H41V10A1.25 1.6 0 0 0 43.5 10V5H45.3V10.2A3 3.2 0 0 1 39.2 10.2Z',
	rtl:
		'M22 9H23.6V11A1.2 1.2 0 0 0 24.8 12.2H31.2V9H32.8V12.2H35.2V8.4H36.8V13.8H24.6A2.6 2.6 0 0 1 22 11.2Z' +
		'M25.2 6H27V7.8H25.2ZM28.2 6H30V7.8H28.2ZM35 5H36.8V6.8H35ZM39 6H40.8V13.8H39ZM38.6 2.4H41V3.4H39.6V4H41.2V5H38.6Z',
};

/** The mark of a message that somebody else wrote: the mask in a rim. And of one's own: filled, with the mask and "you" cut out. */
export const markPath = (mine: boolean, direction: 'ltr' | 'rtl'): string =>
	mine ? `${rim}${maskAt(2.4, -0.5, 0.45)}${words[direction]}` : `${rim}${inside}${maskAt(15, -1.4, 0.5)}`;
