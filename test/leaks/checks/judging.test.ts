import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge, untold } from '../../../scripts/leaks/judge.ts';
import { readOptions } from '../../../scripts/leaks/options.ts';
import { mutate } from '../../../scripts/leaks/prove.ts';
import type { Row } from '../../../scripts/leaks/row.ts';
import { loadRows } from '../../../scripts/leaks/rows.ts';
import { asJson, drawTable } from '../../../scripts/leaks/table.ts';
import { cleanRecording } from './sample.ts';

const where = { browser: 'chromium', network: 'xmpp' } as const;
const evidence = { recording: cleanRecording(), missing: '', failedTests: new Set<string>(), isProved: () => true };

describe('a row', () => {
	it('by recording is closed where its check says nothing, and open with what it says', () => {
		const row: Row = { id: 'N1', by: 'recording', check: () => [] };
		expect(judge(row, where, evidence)).toMatchObject({ status: 'closed', proved: true, faults: [] });
		const leaking: Row = { ...row, check: () => ['a cookie'] };
		expect(judge(leaking, where, evidence)).toMatchObject({ status: 'open', proved: false, note: 'a cookie', faults: ['a cookie'] });
		expect(judge(row, where, { ...evidence, recording: null, missing: 'not played' })).toMatchObject({
			status: 'open',
			note: 'not played',
		});
	});

	it('by test is closed where its files passed', () => {
		const row: Row = { id: 'T3', by: 'test', files: ['test/a.test.ts'] };
		expect(judge(row, where, evidence)).toMatchObject({ status: 'closed', note: 'by test: test/a.test.ts' });
		expect(judge(row, where, { ...evidence, failedTests: new Set(['test/a.test.ts']) })).toMatchObject({ status: 'open', proved: false });
	});

	it('by text is residual where people are told, and a fault where the words are gone', () => {
		expect(untold([{ file: 'README.md', words: 'the server’s  own' }], () => "so\nthe server's\nown is")).toEqual([]);
		expect(untold([{ file: 'README.md', words: 'gone' }], () => 'nothing')).toHaveLength(1);
		const row: Row = { id: 'N9', by: 'text', told: [{ file: 'README.md', words: 'words that nobody has written here' }] };
		expect(judge(row, where, evidence)).toMatchObject({ status: 'open' });
	});

	it('that nobody looks at is open, and no fault', () => {
		expect(judge({ id: 'S6', by: 'nothing', reason: '' }, where, evidence)).toMatchObject({ status: 'open', faults: [], proved: false });
	});

	it('is left out where it does not apply', () => {
		expect(judge({ id: 'T5', by: 'nothing', reason: '', applies: ({ network }) => network === 'nostr' }, where, evidence)).toBeNull();
	});
});

describe('what is printed', () => {
	const verdict = { id: 'N1', ...where, status: 'closed', proved: true, note: 'by recording', faults: [] } as const;
	it('as JSON has these names alone', () => {
		expect(JSON.parse(asJson([{ ...verdict, faults: [] }]))).toEqual([
			{ id: 'N1', ...where, status: 'closed', proved: true, note: 'by recording' },
		]);
	});
	it('as a table names rows, places and faults', () => {
		const table = drawTable([{ ...verdict, faults: ['a cookie'] }], [where]);
		expect(table).toContain('FAULT N1 chromium xmpp: a cookie');
	});
});

describe('options', () => {
	it('choose rows and places', () => {
		expect(readOptions(['--json', 'N1', 'firefox'])).toMatchObject({
			json: true,
			rows: ['N1'],
			places: [
				{ browser: 'firefox', network: 'xmpp' },
				{ browser: 'firefox', network: 'nostr' },
			],
		});
		expect(readOptions([]).places).toHaveLength(4);
		expect(() => readOptions(['--jsn'])).toThrow('--jsn');
	});
});

describe('a mutation', () => {
	it('changes what stands there once, and nothing else', () => {
		const mutation = { file: 'a.ts', before: 'b', after: '$&' };
		expect(mutate('abc', mutation)).toBe('a$&c');
		expect(() => mutate('abb', mutation)).toThrow('2 times');
		expect(() => mutate('ac', mutation)).toThrow('0 times');
	});

	it('of each row can be made in the tree as it is', async () => {
		const root = join(import.meta.dirname, '../../..');
		const faults: string[] = [];
		for (const row of await loadRows()) {
			const texts = new Map<string, string>();
			for (const mutation of 'mutations' in row ? (row.mutations ?? []) : [])
				try {
					const { file } = mutation;
					texts.set(file, mutate(texts.get(file) ?? readFileSync(join(root, file), 'utf8'), mutation));
				} catch (fault) {
					faults.push(`${row.id}: ${fault}`);
				}
		}
		expect(faults).toEqual([]);
	});
});
