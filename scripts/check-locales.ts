// Fails when a string is missing in a locale, differs in what it fills in, or is used nowhere (locale-rule.ts).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodes } from '../src/messages/errors.ts';
import { type Locale, localeFaults, mentionsOf } from './locale-rule.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'public/_locales');
const locales = new Map(
	readdirSync(folder).map((name) => [name, JSON.parse(readFileSync(join(folder, name, 'messages.json'), 'utf8')) as Locale]),
);
const order = new Map([...locales].sort(([a], [b]) => Number(b === 'en') - Number(a === 'en')));

const mentions = { keys: new Set<string>(), beginnings: new Set<string>() };
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
for (const path of sources) {
	const text = /\.(tsx?|html)$/.test(path) ? readFileSync(join(root, 'src', path), 'utf8') : '';
	if (/\.tsx?$/.test(path)) {
		const found = mentionsOf(path, text);
		for (const key of found.keys) mentions.keys.add(key);
		for (const beginning of found.beginnings) mentions.beginnings.add(beginning);
	}
	for (const [, key] of text.matchAll(/__MSG_(\w+?)__|data-i18n(?:-\w+)?="(\w+)"/g)) if (key) mentions.keys.add(key);
}
for (const [, key] of readFileSync(join(root, 'manifest.json'), 'utf8').matchAll(/__MSG_(\w+?)__/g)) if (key) mentions.keys.add(key);

const errorKeys = errorCodes.map((code) => `error_${code.replaceAll('-', '_')}`);
const faults = localeFaults(order, mentions, errorKeys);
process.stdout.write(faults.map((fault) => `${fault}\n`).join(''));
process.stdout.write(`locales: ${[...order.keys()].join(', ')}, ${faults.length} faults\n`);
process.exitCode = faults.length ? 1 : 0;
