import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nameFaults } from '../../scripts/name-rule.ts';

const root = join(import.meta.dirname, '../..');
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
	.split('\0')
	.filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts') && existsSync(join(root, path)));
const source = tracked.filter((path) => /^(src|notifier)\//.test(path));

describe('the rule', () => {
	const lines = (count: number) => '\tuse();\n'.repeat(count);
	it.each([
		['export const found = 1;', 'x.ts:1: `found` lives in the module'],
		['const known = new Map();', 'x.ts:1: `known` lives in the module'],
		['export function settled() {}', 'x.ts:1: `settled` lives in the module'],
		['const { told: kept } = x;', 'x.ts:1: `kept` lives in the module'],
		[`function f() {\n\tconst [given = 1] = x;\n${lines(8)}}`, 'x.ts:2: `given` lives for 10 lines'],
		[`const f = (shown: string) => {\n${lines(8)}};`, 'x.ts:1: `shown` lives for 10 lines'],
		[`for (const one of all) {\n${lines(8)}}`, 'x.ts:1: `one` lives for 10 lines'],
		[`function f() {\n${lines(79)}}`, 'x.ts:1: a function of 81 lines'],
	])('objects to %j', (text, fault) => expect(nameFaults('x.ts', text)).toEqual([fault]));

	it.each([
		'const seed = 1;',
		'const foundRoom = 1;',
		'all.find((one) => one.id === id);',
		`function f() {\n${lines(78)}}`,
		`function f() {\n\tconst given = 1;\n${lines(3)}}`,
		'const { known: rooms } = x;',
		'const { hidden } = settings;',
	])('has nothing against %j', (text) => expect(nameFaults('x.ts', text)).toEqual([]));
});

describe('the house', () => {
	it('calls nothing that lasts by a participle alone, and has no long function', () => {
		expect(source.length).toBeGreaterThan(200);
		expect(source.flatMap((path) => nameFaults(path, readFileSync(join(root, path), 'utf8')))).toEqual([]);
	});

	it('has no folder with more than 20 files of its own', () => {
		const counts = new Map<string, number>();
		for (const path of source) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
		expect(counts.size).toBeGreaterThan(20);
		expect([...counts].filter(([, count]) => count > 20)).toEqual([]);
	});
});
