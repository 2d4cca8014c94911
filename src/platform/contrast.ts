/** Which colours can be read on which (WCAG 2.2). */

type Rgb = [number, number, number];

/** A share of light (0 to 1) as sRGB writes it (IEC 61966-2-1), 0 to 255. */
function encodeLight(light: number): number {
	const value = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
	return Math.round(255 * Math.min(1, Math.max(0, value)));
}

/** Oklab in sRGB (CSS Color 4 §10). */
function rgbOfOklab(lightness: number, a: number, b: number): Rgb {
	const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
	const middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
	const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
	return [
		encodeLight(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
		encodeLight(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
		encodeLight(-0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short),
	];
}

/**
 * Red, green and blue (0 to 255) of `#rgb` and `#rrggbb`, and of what browsers make of most colours of a page: `rgb(…)`, `color(srgb …)`,
 * `oklab(…)`, `oklch(…)`. null for any other way to write a colour.
 */
function rgb(color: string): Rgb | null {
	const hex = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(color)?.[1];
	const digits = hex?.length === 3 ? [...hex].map((digit) => digit + digit) : hex?.match(/../g);
	if (digits) return digits.map((pair) => Number.parseInt(pair, 16)) as Rgb;
	const [, form = '', inside = ''] = /^(rgb|color\((?:srgb|display-p3)|oklab|oklch)a?[( ](.+)\)$/.exec(color) ?? [];
	const parts = (inside.match(/none|-?[\d.]+(?:e-?\d+)?/g) ?? []).map((part) => (part === 'none' ? 0 : Number(part)));
	const [first, second, third] = parts;
	if (first === undefined || second === undefined || third === undefined) return null;
	if (form === 'rgb') return [first, second, third];
	if (form === 'oklab') return rgbOfOklab(first, second, third);
	const hue = (third / 180) * Math.PI;
	if (form === 'oklch') return rgbOfOklab(first, second * Math.cos(hue), second * Math.sin(hue));
	return [first, second, third].map((part) => Math.round(255 * Math.min(1, Math.max(0, part)))) as Rgb;
}

/** The colour as `rgb(…)`, without its transparency; as it stands where it is written in a way that is not known here. */
export function asRgb(color: string): string {
	const parts = rgb(color);
	return parts ? `rgb(${parts.join(', ')})` : color;
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
