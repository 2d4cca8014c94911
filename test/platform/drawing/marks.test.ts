import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { markBox, markPath } from '../../../src/platform/drawing/marks.ts';

const locales = join(import.meta.dirname, '../../../public/_locales');
const names = readdirSync(locales);
/** "you" as it is drawn in a language */
const drawnIn = (locale: string): string =>
	JSON.parse(readFileSync(join(locales, locale, 'messages.json'), 'utf8')).content_mine_drawn.message;

/** The ends of all strokes of a path whose commands are absolute. Throws on any other command. */
function endsOf(path: string): [x: number, y: number][] {
	let [x, y] = [0, 0];
	const ends: [number, number][] = [];
	for (const [, command = '', numbers = ''] of path.matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
		const values = (numbers.match(/-?(\d+\.?\d*|\.\d+)/g) ?? []).map(Number);
		// an arc's end stands after its two radii, its angle and its two flags
		const size = { M: 2, L: 2, H: 1, V: 1, C: 2, A: 7, Z: 0 }[command];
		if (size === undefined) throw new Error(`${command} is no command that marks are drawn with`);
		for (let at = 0; at < values.length; at += size) {
			const stroke = values.slice(at, at + size);
			if (command === 'H') x = stroke[0] as number;
			else if (command === 'V') y = stroke[0] as number;
			else [x, y] = stroke.slice(-2) as [number, number];
			ends.push([x, y]);
		}
	}
	return ends;
}

test.each(names)(
	'both marks share one rim, which nothing leaves: by its outline no page tells them apart (THREATS.md P9), in %s',
	(locale) => {
		const you = drawnIn(locale);
		const [mine, foreign] = [markPath(true, you), markPath(false, you)];
		const rimOf = (path: string) => path.slice(0, path.indexOf('Z') + 1);
		expect(rimOf(mine)).toBe(rimOf(foreign));
		expect(mine).not.toBe(foreign);
		for (const [x, y] of [...endsOf(mine), ...endsOf(foreign)]) {
			expect(x).toBeGreaterThanOrEqual(0);
			expect(x).toBeLessThanOrEqual(markBox.width);
			expect(y).toBeGreaterThanOrEqual(0);
			expect(y).toBeLessThanOrEqual(markBox.height);
		}
	},
);
