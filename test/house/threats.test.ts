import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const rows = readFileSync(join(root, 'THREATS.md'), 'utf8')
	.split('\n')
	.map((line) => line.split('|').map((cell) => cell.trim()))
	.filter((cells) => cells.length === 6 && /^[A-Z]\d+d?$/.test(cells[1] ?? ''))
	.map(([, id = '', risk = '', status = '', by = '']) => ({ id, risk, status, by }));
const channels =
	'N1 N2 N3 N4 N5 N6 N7 N8 N9 N10 N11 P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 T1 T2 T3 T4 T5 T6 T7 I1d I2d I3d I4d I5d S1 S2 S3 S4 S5 S6 S7 D1 C1 C2 C3 C4 R1 R2 F1 F2 F3 F4'.split(
		' ',
	);

describe('THREATS.md', () => {
	it('has every channel, once', () => {
		const ids = rows.map(({ id }) => id);
		expect(new Set(ids).size).toBe(ids.length);
		expect(ids).toEqual(expect.arrayContaining(channels));
	});

	it('says of each in one short line what Bauta does, with the same status', () => {
		const lines = readFileSync(join(root, 'THREATS.md'), 'utf8').split('\n');
		const short = lines
			.map((line) => line.split('|').map((cell) => cell.trim()))
			.filter((cells) => cells.length === 7 && /\d/.test(cells[1] ?? ''));
		expect(new Map(short.map(([, id, , , status]) => [id, status]))).toEqual(new Map(rows.map(({ id, status }) => [id, status])));
		for (const [, id, risk = '', does = ''] of short) expect(`${risk} ${does}`.length, id).toBeLessThan(200);
	});

	it.each(rows)('$id is $status, and says by what', ({ risk, status, by }) => {
		expect(risk).not.toBe('');
		expect(['closed', 'built', 'residual', 'open']).toContain(status);
		if (status !== 'open') expect(by).not.toBe('');
		const tests = by.match(/[\w/.-]+\.test\.ts/g) ?? [];
		if (status === 'closed') expect(tests).not.toEqual([]);
		// one that is in the folder of the test named before it is named without its folder
		let folder = '';
		for (const name of tests) {
			const path = name.includes('/') ? name : join(folder, name);
			folder = dirname(path);
			expect(existsSync(join(root, path)), path).toBe(true);
		}
		const documents = by.match(/[A-Z]+\.md/g) ?? [];
		if (status === 'residual') expect(documents).not.toEqual([]);
		for (const path of documents) expect(existsSync(join(root, path)), path).toBe(true);
	});
});
