import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { needsOf, testFiles } from '../../scripts/suite/needs.mjs';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'bauta-needs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (path: string, text: string) => {
	mkdirSync(dirname(join(folder, path)), { recursive: true });
	writeFileSync(join(folder, path), text);
};

it('finds what a test needs through what it imports, and nothing through types', () => {
	write('test/browser.ts', '');
	write('test/servers/prosody.ts', '');
	write('test/scene.ts', "import {\n\tlaunchBrowser,\n} from './browser.ts';\nexport { startProsody } from './servers/prosody.ts';");
	write('test/a/real.test.ts', "import { scene } from '../scene.ts';");
	write('test/a/typed.test.ts', "import type { TestBrowser } from '../browser.ts';");
	write('test/a/prompt.test.ts', "import { launchBrowser } from '../browser.ts';\nlaunchBrowser({ headed: true });");
	write('test/a/plain.test.ts', "import { x } from '../../src/x.ts';");
	expect(needsOf('test/a/real.test.ts', folder)).toEqual(['chromium', 'prosody', 'prosodyctl']);
	expect([...testFiles(folder)]).toEqual([
		['test/a/plain.test.ts', []],
		['test/a/prompt.test.ts', ['Xvfb', 'chromium', 'xdotool']],
		['test/a/real.test.ts', ['chromium', 'prosody', 'prosodyctl']],
		['test/a/typed.test.ts', []],
	]);
});

it('tells the tests of this project apart', () => {
	const all = testFiles();
	expect(all.get('test/house/zip.test.ts')).toEqual([]);
	expect(all.get('test/e2e/enable.test.ts')).toContain('xdotool');
	expect(all.get('test/e2e/outbox.test.ts')).toContain('prosody');
});
