import type { Theme } from '../messages/rooms.ts';

/** The first background behind an element that can be seen through less than half. */
function backgroundBehind(element: Element): string {
	for (let at: Element | null = element; at; at = at.parentElement) {
		const color = getComputedStyle(at).backgroundColor;
		const alpha = /^rgba?\(.*?[,/]\s*([\d.]+%?)\)$/.exec(color)?.[1];
		const solid = color.startsWith('rgba') || color.includes('/') ? Number.parseFloat(alpha ?? '1') : 1;
		if (color && color !== 'transparent' && solid > 0.5) return color;
	}
	return 'rgb(255, 255, 255)';
}

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

/** The colour itself, or as little as is needed of it mixed with `ink` to be read on `background`. */
function readable(color: string, ink: string, background: string): string {
	const [from, to] = [rgb(color), rgb(ink)];
	if (!from || !to) return ink;
	for (let share = 0; share <= 1; share += 0.1) {
		const mixed = `rgb(${from.map((part, at) => Math.round(part + ((to[at] ?? 0) - part) * share)).join(', ')})`;
		if (contrast(mixed, background) >= 4.6) return mixed;
	}
	return ink;
}

/** Reads how a page looks around `element`; `accent` is darkened or lightened until it can be read on the background. */
export function readTheme(element: Element, accent: string): Theme {
	const style = getComputedStyle(element);
	const background = backgroundBehind(element);
	const dark = luminance(background) < 0.4;
	const ink = dark ? 'rgb(245, 245, 245)' : 'rgb(20, 20, 20)';
	const color = contrast(style.color, background) >= 6 ? style.color : readable(style.color, ink, background);
	return {
		dark,
		background,
		color,
		accent: readable(accent, ink, background),
		fontSize: style.fontSize,
		rtl: style.direction === 'rtl',
	};
}
