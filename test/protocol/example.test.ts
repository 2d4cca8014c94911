import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exampleMarks, protocolExample, withExample } from '../../scripts/protocol-example.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/protocol.md'), 'utf8');

describe('docs/protocol.md', () => {
	it('has the worked example as the code makes it, byte for byte', () => {
		const shown = page.slice(page.indexOf(exampleMarks[0]) + exampleMarks[0].length, page.indexOf(exampleMarks[1])).trim();
		expect(shown).toBe(protocolExample());
		expect(withExample(page)).toBe(page);
		expect(shown).toContain('"verdict":"mine","kind":"one-time","generation":46');
		expect(shown).toContain('{"verdict":"foreign"}');
	});

	it('names every file of src/protocol', async () => {
		const { readdirSync } = await import('node:fs');
		for (const name of readdirSync(resolve(import.meta.dirname, '../../src/protocol'))) expect(page).toContain(`\`${name}\``);
	});
});
