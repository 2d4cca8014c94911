import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installCommands, missingPackages, present, staleModules } from '../../scripts/install.mjs';

describe('a machine that lacks programs', () => {
	const machine = (here: string[]) => ({ isPresent: (command: string) => here.includes(command), said: [] as string[] });

	it('asks for each package once', () => {
		expect(missingPackages(['prosody', 'prosodyctl', 'Xvfb', 'chromium'], machine(['chromium']).isPresent)).toEqual(['prosody', 'xvfb']);
	});

	it('installs them as root and then lacks nothing', () => {
		const here = ['apt-get', 'chromium'];
		const { isPresent, said } = machine(here);
		const install = (packages: string[]) => {
			here.push(...packages);
		};
		expect(installCommands(['chromium', 'xdotool'], (line: string) => said.push(line), { isPresent, install, isRoot: true })).toEqual([]);
		expect(said).toEqual(['Debian packages missing: installing xdotool']);
	});

	it.each([
		['not root', ['apt-get'], false],
		['no apt', [], true],
	])('says what to install when it cannot: %s', (_, here, isRoot) => {
		const { isPresent, said } = machine(here);
		const install = () => expect.unreachable();
		const absent = installCommands(['prosody', 'Xvfb'], (line: string) => said.push(line), { isPresent, install, isRoot });
		expect(absent).toEqual(['prosody', 'Xvfb']);
		expect(said).toEqual(['not here: prosody, Xvfb. To install: sudo apt-get install -y prosody xvfb (or the like on other systems)']);
	});

	it('names what is still absent after a failed installation', () => {
		const { isPresent, said } = machine(['apt-get']);
		const install = () => {
			throw new Error('no network');
		};
		expect(installCommands(['xdotool'], (line: string) => said.push(line), { isPresent, install, isRoot: true })).toEqual(['xdotool']);
		expect(said).toContain('apt-get failed; see above');
	});

	it('finds commands on the path alone', () => {
		expect(present('sh')).toBe(true);
		expect(present('no-such-command-here')).toBe(false);
	});
});

it('names direct dependencies that are absent or of another version', () => {
	const folder = mkdtempSync(join(tmpdir(), 'bauta-modules-'));
	const module = (name: string, version: string) => {
		mkdirSync(join(folder, 'node_modules', name), { recursive: true });
		writeFileSync(join(folder, 'node_modules', name, 'package.json'), JSON.stringify({ version }));
	};
	try {
		writeFileSync(
			join(folder, 'package.json'),
			JSON.stringify({
				dependencies: { a: '1.0.0', '@b/c': '2.0.0' },
				devDependencies: { d: '3.0.0', 'old-a': 'npm:a@0.9.0', 'old-d': 'npm:@x/d@2.0.0' },
			}),
		);
		module('a', '1.0.0');
		module('@b/c', '1.9.0');
		module('old-a', '0.9.0');
		module('old-d', '2.1.0');
		expect(staleModules(folder)).toEqual(['@b/c', 'd', 'old-d']);
	} finally {
		rmSync(folder, { recursive: true });
	}
});
