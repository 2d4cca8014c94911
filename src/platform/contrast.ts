/** Which colours can be read on which (WCAG 2.2). */

type Rgb = [number, number, number];

/** Red, green and blue (0 to 255) of `#rgb`, `#rrggbb` or `rgb(…)`; null for any other way to write a colour. */
function rgb(color: string): Rgb | null {
	const hex = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(color)?.[1];
	const digits = hex?.length === 3 ? [...hex].map((digit) => digit + digit) : hex?.match(/../g);
	const parts =
		digits?.map((pair) => Number.parseInt(pair, 16)) ??
		/^rgba?\(([^)]+)\)$/
			.exec(color)?.[1]
			?.match(/[\d.]+/g)
			?.map(Number);
	const [red, green, blue] = parts ?? [];
	return red === undefined || green === undefined || blue === undefined ? null : [red, green, blue];
}

/** Relative luminance (WCAG 2.2), 0 to 1; 1 for a colour that cannot be read. */
export function luminance(color: string): number {
	const [red, green, blue] = (rgb(color) ?? [255, 255, 255]).map((part) => {
		const value = part / 255;
		return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
	}) as Rgb;
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast ratio of two colours (WCAG 2.2), 1 to 21. */
export function contrast(one: string, other: string): number {
	const [dim = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
	return (bright + 0.05) / (dim + 0.05);
}

/** Black or white: whichever is read better on `background`. On a colour between bright and dark no other ink has a ratio of 4.5. */
export const inkOn = (background: string): string =>
	contrast('#fff', background) > contrast('#000', background) ? 'rgb(255, 255, 255)' : 'rgb(0, 0, 0)';

/**
 * The colour itself, or mixed with as little of the ink as is needed to be read on `background`.
 * @param least the ratio that is wanted; where no ink has it, the ink itself is returned
 */
export function readable(color: string, background: string, least = 4.6): string {
	const ink = inkOn(background);
	const [from, to] = [rgb(color), rgb(ink)];
	if (!from || !to) return ink;
	for (let share = 0; share <= 1; share += 0.1) {
		const mixed = `rgb(${from.map((part, at) => Math.round(part + ((to[at] ?? 0) - part) * share)).join(', ')})`;
		if (contrast(mixed, background) >= least) return mixed;
	}
	return ink;
}
