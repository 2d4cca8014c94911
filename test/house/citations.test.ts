import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { citationFaults } from '../../scripts/citation-rule.ts';

const root = join(import.meta.dirname, '../..');
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
	.split('\0')
	.filter((path) => path && existsSync(join(root, path)));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('a citation', () => {
	const pages = new Map([
		['THREATS.md', '# Threats\n\nI1 Nothing leaves. I2 What cannot is refused.\n\n| id | risk |\n|---|---|\n| N10 | probes |\n'],
		['docs/protocol.md', '# Bytes\n## 2. Roots\n### 12.1 Protobuf\n'],
	]);
	it.each([
		'as THREATS.md N10 says',
		'(THREATS.md I2)',
		'docs/protocol.md §2, and docs/protocol.md §12.1',
		'docs/protocol.md',
		'[protocol](docs/protocol.md)',
		'PROTOCOLS are no page',
		'THREATS.md N10, N10',
	])('resolves: %s', (text) => expect(citationFaults(text, pages)).toEqual([]));

	it.each([
		['DESIGN.md §6', 'DESIGN.md §6: there is no such page'],
		['protocol.md §2', 'protocol.md §2: there is no such page'],
		['THREATS.md N99', 'THREATS.md N99: the page has no such section'],
		['docs/protocol.md §3', 'docs/protocol.md §3: the page has no such section'],
		['(LEAKS N10)', 'LEAKS: there is no such page'],
	])('does not resolve: %s', (text, fault) => expect(citationFaults(text, pages)).toEqual([fault]));
});

describe('citations', () => {
	const pages = new Map(tracked.filter((path) => path.endsWith('.md')).map((path) => [path, read(path)]));
	const citing = tracked.filter((path) => /\.(ts|tsx|mjs|css|html)$/.test(path) && !/citation/.test(path));
	it('resolve wherever they stand in code', () => {
		expect(citing.length).toBeGreaterThan(300);
		expect(citing.flatMap((path) => citationFaults(read(path), pages).map((fault) => `${path}: ${fault}`))).toEqual([]);
	});
});
