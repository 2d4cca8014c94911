import { expect, test } from 'vitest';
import { asRgb, contrast, inkOn, readable } from '../../src/platform/contrast.ts';

const steps = [0, 36, 73, 112, 146, 182, 219, 255];
const colors = steps.flatMap((red) => steps.flatMap((green) => steps.map((blue) => `rgb(${red}, ${green}, ${blue})`)));

test('on every colour there is an ink that can be read, and every colour is made one', () => {
	const worst = (of: (background: string) => string) => Math.min(...colors.map((background) => contrast(of(background), background)));
	expect(worst(inkOn)).toBeGreaterThanOrEqual(4.5);
	for (const color of ['rgb(255, 255, 255)', '#9c1c1c', '#ffb4a9', '#7161ff', 'rgb(231, 112, 81)'])
		expect(
			worst((background) => readable(color, background)),
			color,
		).toBeGreaterThanOrEqual(4.5);
});

test('on the orange of Converse.js 10 the ink is dark; a colour that can be read stays as it is', () => {
	expect(inkOn('rgb(231, 112, 81)')).toBe('rgb(0, 0, 0)');
	expect(inkOn('rgb(40, 42, 54)')).toBe('rgb(255, 255, 255)');
	expect(readable('rgb(150, 60, 30)', 'rgb(240, 239, 238)')).toBe('rgb(150, 60, 30)');
});

test.each([
	['rgba(40, 42, 54, 0.9)', 'rgb(40, 42, 54)'],
	['color(srgb 0.1 0.2 0.3)', 'rgb(26, 51, 77)'],
	['color(display-p3 1 none 0 / 0.8)', 'rgb(255, 0, 0)'],
	['oklab(1 0 0)', 'rgb(255, 255, 255)'],
	['oklch(0.627955 0.257683 29.2339)', 'rgb(255, 0, 0)'],
	['oklch(0.253267 0.015896 252.417568)', 'rgb(29, 35, 42)'],
	['oklab(0.519752 -0.140302 0.107676 / 0.9)', 'rgb(0, 128, 0)'],
	['#28c', 'rgb(34, 136, 204)'],
	['lab(50 20 30)', 'lab(50 20 30)'],
])('what a browser computes as %s is %s', (computed, color) => expect(asRgb(computed)).toBe(color));

test('a dark page that writes its colours in the newer ways gets a bright ink', () => {
	for (const background of ['oklch(0.25 0.016 252)', 'color(srgb 0.1 0.1 0.15)']) expect(inkOn(background)).toBe('rgb(255, 255, 255)');
});
