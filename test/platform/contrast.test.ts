import { expect, test } from 'vitest';
import { contrast, inkOn, readable } from '../../src/platform/contrast.ts';

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
