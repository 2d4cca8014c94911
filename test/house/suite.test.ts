/** What `npm test` itself is made of: its words, the journal of a run, the watch over what hangs, the tally of several runs. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { journalReporter, readJournal } from '../../scripts/suite/journal.mjs';
import { chooseSections, readOptions } from '../../scripts/suite/options.mjs';
import { run } from '../../scripts/suite/run.mjs';
import { tally } from '../../scripts/suite/tally.mjs';
import { isTraceless } from '../../scripts/suite/traceless.mjs';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'bauta-suite-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the words of the command', () => {
	const files = new Map([
		['test/e2e/outbox.test.ts', ['chromium']],
		['test/background/outbox/delay.test.ts', []],
		['test/vault/vault.test.ts', []],
	]);
	const chosen = (...words: string[]) => [...chooseSections(readOptions(words), files)].sort();

	it('are sections, names of files and --repeat', () => {
		expect(readOptions(['unit', 'outbox', '--repeat', '5'])).toEqual({ sections: ['unit'], filters: ['outbox'], repeat: 5 });
		expect(readOptions(['--repeat=3', 'x'])).toEqual({ sections: [], filters: ['x'], repeat: 3 });
	});

	it.each([['--repeat'], ['--repeat', 'five', 'x'], ['--repeat', '0', 'x'], ['--repeat', '5'], ['--again']])('refuse %s %s', (...words) => {
		expect(() => readOptions(words)).toThrow(/--/);
	});

	it('choose all sections, those named with what they need, or those that have a file of this name', () => {
		expect(chosen()).toEqual(['build', 'e2e', 'lint', 'package-lint', 'sizes', 'types', 'unit']);
		expect(chosen('e2e')).toEqual(['build', 'e2e']);
		expect(chosen('outbox')).toEqual(['build', 'e2e', 'unit']);
		expect(chosen('vault')).toEqual(['unit']);
		expect(chosen('e2e', 'outbox')).toEqual(['build', 'e2e']);
		expect(() => chosen('nothing')).toThrow('no test file is called nothing');
	});
});

describe('the journal of a run', () => {
	const lines = (...all: string[]) => `${all.join('\n')}\n`;

	it('counts, and names what failed and what has not ended', () => {
		const journal = lines(
			'start\ta.test.ts',
			'start\ta.test.ts > one',
			'passed\ta.test.ts > one\t12',
			'skipped\ta.test.ts > two',
			'start\ta.test.ts > three',
			'failed\ta.test.ts > three\t5',
			'end\ta.test.ts\t20',
			'start\tb.test.ts',
			'start\tb.test.ts > hangs',
			'start\tc.test.ts',
		);
		expect(readJournal(journal)).toEqual({
			passed: 1,
			failed: ['a.test.ts > three'],
			skipped: 1,
			running: ['b.test.ts > hangs', 'c.test.ts'],
		});
		expect(readJournal('')).toEqual({ passed: 0, failed: [], skipped: 0, running: [] });
	});

	it('is written as the run goes on; a file that fails by itself is a failure', () => {
		const path = join(folder, 'deep', 'x.journal');
		const reporter = journalReporter(path) as unknown as Record<string, (...values: unknown[]) => void>;
		const module = (name: string, state: string) => ({ relativeModuleId: name, state: () => state, diagnostic: () => ({ duration: 3.4 }) });
		const test = (of: object, fullName: string, state: string) => ({
			module: of,
			fullName,
			result: () => ({ state }),
			diagnostic: () => ({ duration: 1.2 }),
		});
		const [a, b] = [module('a.test.ts', 'failed'), module('b.test.ts', 'failed')];
		for (const each of [a, b]) reporter.onTestModuleStart?.(each);
		reporter.onTestCaseReady?.(test(a, 'says\n\twhy', 'pending'));
		reporter.onTestCaseResult?.(test(a, 'says\n\twhy', 'failed'));
		for (const each of [a, b]) reporter.onTestModuleEnd?.(each);
		reporter.onTestRunEnd?.([], [{ message: 'late' }]);
		const written = readFileSync(path, 'utf8');
		expect(written).toContain('failed\ta.test.ts > says why\t1\n');
		expect(readJournal(written).failed).toEqual(['a.test.ts > says why', 'b.test.ts', 'outside of any test: late']);
	});
});

describe('a command', () => {
	const script = (text: string) => [process.execPath, '-e', text];
	const ran = async (text: string, more: { journal?: string; silence?: number } = {}) => {
		const log = join(folder, 'x.log');
		return { ok: await run(script(text), { cwd: folder, log, ...more }), log: readFileSync(log, 'utf8') };
	};

	it('ends well or badly, and its words are kept', async () => {
		expect(await ran('console.log("as said")')).toMatchObject({ ok: true, log: expect.stringContaining('as said') });
		expect(await ran('process.exit(3)')).toMatchObject({ ok: false });
	});

	it('that does nothing any more is ended with all that it started, and what hangs is named', async () => {
		const journal = join(folder, 'x.journal');
		writeFileSync(journal, 'start\ta.test.ts\nstart\ta.test.ts > waits for ever\n');
		const child = 'require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });';
		const { ok, log } = await ran(`${child} setInterval(() => {}, 1000)`, { journal, silence: 0.02 });
		expect(ok).toBe(false);
		expect(log).toContain('still running:\nHANGS a.test.ts > waits for ever\n');
	});

	it('that goes on doing something may take its time', async () => {
		const text = 'let left = 140; const timer = setInterval(() => { console.log("."); if (!--left) clearInterval(timer); }, 50)';
		expect(await ran(text, { silence: 0.1 })).toMatchObject({ ok: true });
	});
});

it('several runs are told as a tally', () => {
	const outcomes = [{ failed: ['a'] }, { failed: ['b', 'a'] }, { failed: [] }];
	expect(tally(outcomes)).toEqual(['failed 2 of 3: a', 'failed 1 of 3: b']);
	expect(tally([{ failed: [] }])).toEqual(['1 of 1 runs without a failure']);
});

it('runs those tests in one set of modules that leave modules and globals as they were, with all that they import', () => {
	const plain =
		"import { expect } from 'vitest';\nimport { sample } from './samples.ts';\nimport { seal } from '../../src/protocol/seal.ts';";
	const leaves = (text: string, helper = '') => {
		mkdirSync(join(folder, 'test/a'), { recursive: true });
		writeFileSync(join(folder, 'test/a/samples.ts'), helper);
		writeFileSync(join(folder, 'test/a/x.test.ts'), text);
		return !isTraceless('test/a/x.test.ts', folder);
	};
	expect(leaves(plain)).toBe(false);
	for (const trace of [
		"import { expect, vi } from 'vitest';",
		'globalThis.chrome = {};',
		"process.env.X = '';",
		'setInterval(() => {}, 10);',
		"import { lock } from '../../src/background/state/lock.ts';",
		"import { open } from '../../src/networks/channel/open.ts';",
		"const { lock } = await import('../../src/background/state/lock.ts');",
		"import './absent.ts';",
	]) {
		expect([trace, leaves(`${plain}\n${trace}`)]).toEqual([trace, true]);
		// as well in what it imports
		expect([trace, leaves(plain, trace)]).toEqual([trace, true]);
	}
});

it('tells the tests of this project apart by what they leave', () => {
	const leaveNothing = ['protocol/standards', 'protocol/fuzz', 'devices/sync', 'vault/record', 'networks/nostr/wire', 'house/names'];
	const leaveSomething = ['house/suite', 'background/outbox/spread', 'vault/kdf', 'networks/nostr/post', 'networks/pace', 'tap/gate'];
	const isLeft = (names: string[]) => names.map((name) => isTraceless(`test/${name}.test.ts`));
	expect([new Set(isLeft(leaveNothing)), new Set(isLeft(leaveSomething))]).toEqual([new Set([true]), new Set([false])]);
});
