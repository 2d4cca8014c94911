import type { Theme } from '../messages.ts';

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

/** Relative luminance (WCAG 2.2) of a colour as `getComputedStyle` writes it, 0 to 1. */
export function luminance(color: string): number {
	const parts = (/\(([^)]+)\)/.exec(color)?.[1] ?? '').match(/[\d.]+%?/g) ?? [];
	const scale = color.startsWith('color(') ? 1 : 255;
	const [red = 1, green = 1, blue = 1] = parts.slice(0, 3).map((part) => {
		const value = Number.parseFloat(part) / scale;
		return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast ratio of two colours (WCAG 2.2), 1 to 21. */
export function contrast(one: string, other: string): number {
	const [dim = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
	return (bright + 0.05) / (dim + 0.05);
}

/** Reads how a page looks around `element`; `accent` is used where it can be read on the background, else the text's own colour. */
export function readTheme(element: Element, accent: string): Theme {
	const style = getComputedStyle(element);
	const background = backgroundBehind(element);
	const dark = luminance(background) < 0.4;
	const color = contrast(style.color, background) >= 4.5 ? style.color : dark ? 'rgb(240, 240, 240)' : 'rgb(30, 30, 30)';
	return {
		dark,
		background,
		color,
		accent: contrast(accent, background) >= 4.5 ? accent : color,
		fontSize: style.fontSize,
		rtl: style.direction === 'rtl',
	};
}
