import type { Theme } from '../messages/rooms.ts';
import { asRgb, contrast, inkOn, readable } from '../platform/contrast.ts';

/** The first background behind an element that can be seen through less than half. */
function backgroundBehind(element: Element): string {
	for (let at: Element | null = element; at; at = at.parentElement) {
		const color = getComputedStyle(at).backgroundColor;
		const alpha = /(?:^rgba.*,|\/)\s*([\d.]+)\)$/.exec(color)?.[1];
		if (color && color !== 'transparent' && Number(alpha ?? 1) > 0.5) return asRgb(color);
	}
	return 'rgb(255, 255, 255)';
}

/** Reads how a page looks around `element`; `accent` is darkened or lightened until it can be read on the background. */
export function readTheme(element: Element, accent: string): Theme {
	const style = getComputedStyle(element);
	const background = backgroundBehind(element);
	const color = asRgb(style.color);
	return {
		dark: inkOn(background) !== 'rgb(0, 0, 0)',
		background,
		color: contrast(color, background) >= 6 ? color : readable(color, background, 6),
		accent: readable(accent, background),
		fontSize: style.fontSize,
	};
}
