import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { privateNames } from '../../scripts/private-names.ts';

const root = join(import.meta.dirname, '../..');
const textsIn = (folder: string, pattern = /\.tsx?$/): string[] =>
	readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((file) => pattern.test(file))
		.map((file) => readFileSync(join(root, folder, file), 'utf8'));
const wordsOf = (texts: string[]): Set<string> => new Set(texts.flatMap((text) => text.match(/[\w$]+/g) ?? []));
const ownTexts = [...textsIn('src/content'), ...textsIn('src/frontends')];

test('names that the build shortens are of content scripts alone: of no message, no shared code and no browser', () => {
	const browsers = wordsOf(textsIn('node_modules/@typescript', /\/lib\.[\w.]+\.d\.ts$/));
	expect(browsers).toContain('getBoundingClientRect');
	const others = wordsOf([...textsIn('src/messages'), ...textsIn('src/platform'), ...textsIn('src/tap')]);
	expect(privateNames.filter((name) => others.has(name) || browsers.has(name))).toEqual([]);
	const own = wordsOf(ownTexts);
	expect(privateNames.filter((name) => !own.has(name))).toEqual([]);
});

test('no string names one of them: it would stay as it is', () => {
	const quoted = new RegExp(`['"\`](${privateNames.join('|')})['"\`]`);
	expect(ownTexts.flatMap((text) => quoted.exec(text)?.[1] ?? [])).toEqual([]);
});
