import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { zip } from '../../scripts/zip.ts';

const files: [string, Uint8Array][] = [
	['manifest.json', Buffer.from('{"a":1}'.repeat(500))],
	['_locales/ar/ملف.json', Buffer.from('مرحبا')],
	['empty', new Uint8Array()],
];

it('is read back whole by another implementation', () => {
	const folder = mkdtempSync(join(tmpdir(), 'bauta-zip-'));
	try {
		writeFileSync(join(folder, 'a.zip'), zip(new Map(files)));
		const script =
			'import sys,zipfile,json; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(json.dumps([[i.filename, z.read(i).decode(), i.date_time] for i in z.infolist()]))';
		const read = JSON.parse(execFileSync('python3', ['-c', script, join(folder, 'a.zip')], { encoding: 'utf8' }));
		expect(read).toEqual(
			[...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, data]) => [path, Buffer.from(data).toString(), [1980, 1, 1, 0, 0, 0]]),
		);
	} finally {
		rmSync(folder, { recursive: true });
	}
});

it('gives the same bytes whatever the order', () => {
	expect(zip(new Map(files)).equals(zip(new Map([...files].reverse())))).toBe(true);
});
