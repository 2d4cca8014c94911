/** Bauta's mask as paths in a square of 40, drawn here once: a picture that needs no file, so no page's policy can forbid it. */
const face =
	'M7 13C11 9 16 10.5 20 13C24 10.5 29 9 33 13C34.5 18 33.5 22.5 30 25.5C27 28 23.5 27 20 31.5C16.5 27 13 28 10 25.5C6.5 22.5 5.5 18 7 13Z';
const eyes =
	'M11.5 17.5C13.5 15.4 16.3 15.8 17.6 18.4C15.6 20.6 12.6 20.3 11.5 17.5ZM28.5 17.5C26.5 15.4 23.7 15.8 22.4 18.4C24.4 20.6 27.4 20.3 28.5 17.5Z';
const disc = 'M20 0A20 20 0 1 1 19.99 0Z';

/** The mask alone, eyes cut out. */
export const maskPath = `${face}${eyes}`;
/** A filled disc with the mask cut out of it. */
export const discPath = `${disc}${face}${eyes}`;

/** The paths are in squares of 40; this gives one for a square of `size` px as a value of `clip-path`. */
export function clipPath(path: string, size: number): string {
	const scaled = path.replace(/\d+(\.\d+)?/g, (number, _fraction, at: number) => {
		// the flags of an arc (A rx ry rotation large sweep x y) are no lengths
		const flag = /A[\d.]+ [\d.]+ (\d+ )?(\d+ )?$/.test(path.slice(0, at));
		return flag ? number : String(Math.round(Number(number) * size * 25) / 1000);
	});
	return `path(evenodd, "${scaled}")`;
}
