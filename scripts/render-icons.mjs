// Draws the mask in the states that the toolbar icon can show and renders each as PNG with Chromium: `node scripts/render-icons.mjs`.
// One drawing for 32 pixels and more, a plainer one for 16, where the nose and thin lines would only be mud.
import { writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const sizes = [16, 32, 48, 128];
const icons = new URL('../public/icons/', import.meta.url);

const shapes = {
	fine: {
		hat: 'M3 15c20 8 38-10 61-10s41 18 61 10c-3 23-14 36-27 40-22-6-46-6-68 0C17 51 6 38 3 15z',
		face: 'M29 51c22-5 48-5 70 0 2 15-2 25-11 32l15 29c-11 7-24 11-39 11s-28-4-39-11l15-29c-9-7-13-17-11-32z',
		nose: 'M64 57c3 12 6 22 10 31 1 5-4 8-10 8z',
		eyes: 'M35 66c7-8 18-6 22 3-6 7-17 6-22-3zM93 66c-7-8-18-6-22 3 6 7 17 6 22-3z',
		line: 5,
	},
	small: {
		hat: 'M0 8c24 8 40-8 64-8s40 16 64 8c-2 28-14 42-26 46-24-5-52-5-76 0C14 50 2 36 0 8z',
		face: 'M26 52c24-5 52-5 76 0 2 15-2 25-12 33l16 29c-12 6-26 10-42 10s-30-4-42-10l16-29c-10-8-14-18-12-33z',
		nose: '',
		eyes: 'M32 66h24v16H36zM96 66H72v16h20z',
		line: 8,
	},
};

/** Lagoon for the hat, ivory for the face. States differ in shape as well as in colour. */
const states = {
	'': { hat: '#3f6b73', face: '#f8f3e6', edge: '#3f6b73', nose: '#e4d9c0', eyes: '#22343a' },
	on: { hat: '#ffffff', face: '#ffffff', edge: 'none', nose: '#d3ece6', eyes: '#0b7a6b', ground: '#0b7a6b' },
	grey: { hat: 'none', face: 'none', edge: '#8b9094', nose: 'none', eyes: '#8b9094', hollow: true },
	locked: { hat: '#3f6b73', face: '#f8f3e6', edge: '#3f6b73', nose: '#e4d9c0', eyes: '#22343a', padlock: true },
};

/** @param {keyof typeof states} name */
function drawing(name, size) {
	const shape = size < 32 ? shapes.small : shapes.fine;
	const paint = states[name];
	const line = paint.hollow ? shape.line + 3 : shape.line;
	const mask = [
		`<path d="${shape.hat}" fill="${paint.hat}" stroke="${paint.hollow ? paint.edge : 'none'}" stroke-width="${line}" stroke-linejoin="round"/>`,
		paint.ground ? `<path d="${shape.face}" fill="none" stroke="${paint.ground}" stroke-width="${shape.line * 2}"/>` : '',
		`<path d="${shape.face}" fill="${paint.face}" stroke="${paint.edge}" stroke-width="${line}" stroke-linejoin="round"/>`,
		shape.nose && `<path d="${shape.nose}" fill="${paint.nose}"/>`,
		`<path d="${shape.eyes}" fill="${paint.eyes}"/>`,
	].join('');
	const ground = paint.ground ? `<rect width="128" height="128" rx="28" fill="${paint.ground}"/>` : '';
	const inset = paint.ground
		? 'translate(64 65) scale(.8) translate(-64 -65)'
		: paint.hollow
			? 'translate(64 64) scale(.93) translate(-64 -64)'
			: '';
	const padlock = paint.padlock
		? '<g><path d="M79 96V86a14 14 0 0 1 28 0v10M70 92h46v28H70z" fill="#fff" stroke="#fff" stroke-width="14" stroke-linejoin="round"/>' +
			'<path d="M79 94V84a14 14 0 0 1 28 0v10" fill="none" stroke="#22343a" stroke-width="10"/><rect x="65" y="89" width="56" height="35" rx="7" fill="#22343a"/></g>'
		: '';
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128" width="${size}" height="${size}">${ground}<g${inset ? ` transform="${inset}"` : ''}>${mask}</g>${padlock}</svg>`;
}

const chrome = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await chrome.newPage();
for (const state of Object.keys(states)) {
	const name = state ? `mask-${state}` : 'mask';
	writeFileSync(new URL(`${name}.svg`, icons), `${drawing(state, 128).replace(' width="128" height="128"', '')}\n`);
	for (const size of sizes) {
		await page.setViewportSize({ width: size, height: size });
		await page.setContent(`<style>body{margin:0}svg{display:block}</style>${drawing(state, size)}`);
		await page.screenshot({ path: new URL(`${name}-${size}.png`, icons).pathname, omitBackground: true });
	}
}
await chrome.close();
