import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copyBuild } from '../build-copy.ts';

it('a granted copy holds the optional hosts as granted ones, its vaults cost little, and the build is as it was', async () => {
	const build = await mkdtemp(join(tmpdir(), 'bauta-build-'));
	const shipped = JSON.stringify({ optional_host_permissions: ['https://*/*', 'ws://*/*'], permissions: ['storage'] });
	const script = 'const cost={logN:17,r:8,p:1};';
	await writeFile(join(build, 'manifest.json'), shipped);
	await expect(copyBuild(build, { granted: true })).rejects.toThrow('stands 0 times');
	await writeFile(join(build, 'background-main.js'), script);
	const copy = await copyBuild(build, { granted: true });
	expect(JSON.parse(await readFile(join(copy, 'manifest.json'), 'utf8'))).toEqual({
		host_permissions: ['https://*/*', 'ws://*/*'],
		permissions: ['storage'],
	});
	expect(await readFile(join(copy, 'background-main.js'), 'utf8')).toBe('const cost={logN:10,r:8,p:1};');
	expect(await readFile(join(build, 'manifest.json'), 'utf8')).toBe(shipped);
	expect(await readFile(join(build, 'background-main.js'), 'utf8')).toBe(script);
	await expect(copyBuild(build, { shortPauses: true })).rejects.toThrow('[2e3,2e4] stands 0 times');
	const plain = await copyBuild(build);
	expect(await readFile(join(plain, 'manifest.json'), 'utf8')).toBe(shipped);
	await Promise.all([build, copy, plain].map((directory) => rm(directory, { recursive: true })));
});
