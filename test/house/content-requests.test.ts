import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { requestRules } from '../../src/background/router/schemas.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/content-requests.md'), 'utf8');
const rows = page
	.split('\n')
	.map((line) => line.split('|').map((cell) => cell.trim()))
	.filter(([, name = '']) => /^`content\.\w+`$/.test(name));

it('docs/content-requests.md has each request of content scripts once, and says of each what it gives away', () => {
	const names = Object.entries(requestRules).flatMap(([name, { asker }]) => (asker === 'content' ? [`\`${name}\``] : []));
	expect(names.length).toBeGreaterThan(10);
	expect(rows.map(([, name]) => name).sort()).toEqual(names.sort());
	for (const row of rows) {
		expect(row).toHaveLength(6);
		expect(row.slice(1, 5).filter((cell) => cell.length < 10)).toEqual([]);
	}
});

it('it names whatever the background tells a page unasked', () => {
	const [, events = ''] =
		/interface ContentEvents \{([\s\S]*?)\n\}/.exec(readFileSync(join(root, 'src/messages/content.ts'), 'utf8')) ?? [];
	const names = [...events.matchAll(/^\t(\w+):/gm)].map(([, name]) => name);
	expect(names.length).toBeGreaterThan(5);
	expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
