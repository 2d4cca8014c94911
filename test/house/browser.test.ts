import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { grantedCopy } from '../browser.ts';

it('a granted copy holds the optional hosts as granted ones and leaves the build as it was', async () => {
	const build = await mkdtemp(join(tmpdir(), 'bauta-build-'));
	const shipped = JSON.stringify({ optional_host_permissions: ['https://*/*', 'ws://*/*'], permissions: ['storage'] });
	await writeFile(join(build, 'manifest.json'), shipped);
	const copy = await grantedCopy(build);
	expect(JSON.parse(await readFile(join(copy, 'manifest.json'), 'utf8'))).toEqual({
		host_permissions: ['https://*/*', 'ws://*/*'],
		permissions: ['storage'],
	});
	expect(await readFile(join(build, 'manifest.json'), 'utf8')).toBe(shipped);
	await Promise.all([build, copy].map((directory) => rm(directory, { recursive: true })));
});
