// npm test: installs what is missing, then runs every section and counts. `npm test -- unit e2e` runs some of them, `npm test -- NAME` the
// test files with NAME in their path, `npm test -- --repeat 5 NAME` those five times, to hunt one that fails now and then.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installCommands, installModules } from './install.mjs';
import { readJournal } from './suite/journal.mjs';
import { testFiles } from './suite/needs.mjs';
import { chooseSections, readOptions } from './suite/options.mjs';
import { run } from './suite/run.mjs';
import { tally } from './suite/tally.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const logs = join(root, '.cache/test');
/** Where a failing test leaves what its browsers and servers saw (test/evidence.ts). */
const failures = join(root, '.cache/failures');
const bin = (name) => join(root, 'node_modules/.bin', name);
const say = (line) => process.stdout.write(`${line}\n`);
const total = { passed: 0, failed: 0, skipped: 0 };
const started = Date.now();

/**
 * Runs one section, its commands one after another until one fails, and says how it went. With a journal the section counts its tests:
 * a run that failed without a failed test counts as one failure, so does a run of nothing. Without one it counts as one test.
 */
async function section(name, commands, { journal, env } = {}) {
	const log = join(logs, `${name}.log`);
	const begun = Date.now();
	let ok = true;
	for (const [index, command] of commands.entries()) if (ok) ok = await run(command, { cwd: root, log, append: index > 0, journal, env });
	const outcome = journal
		? readJournal(existsSync(journal) ? readFileSync(journal, 'utf8') : '')
		: { passed: ok ? 1 : 0, failed: [], skipped: 0 };
	const failed = outcome.failed.length || (ok && outcome.passed ? 0 : 1);
	total.passed += outcome.passed;
	total.failed += failed;
	total.skipped += outcome.skipped;
	say(`\n── ${name}`);
	if (failed) say(readFileSync(log, 'utf8'));
	const seconds = ((Date.now() - begun) / 1000).toFixed(1);
	say(`${failed ? 'FAILED' : 'ok'} ${name}: ${outcome.passed} passed, ${failed} failed, ${outcome.skipped} skipped, ${seconds} s`);
	return { ...outcome, ok: !failed };
}

/** Runs the tests of one kind. `label`: of the run, where there are several. */
function vitest(name, filters, label = '', more = []) {
	const journal = join(logs, `${name}${label}.journal`);
	const projects = name === 'unit' ? [name, 'unit-together'] : [name];
	const command = [bin('vitest'), 'run', ...projects.flatMap((project) => ['--project', project])];
	const env = { BAUTA_JOURNAL: journal, BAUTA_FAILURES: join(failures, label) };
	return section(`${name}${label}`, [[...command, ...more, ...filters]], { journal, env });
}

/** Test files that cannot run here, for want of a program that could not be installed: named, and counted. */
function withheld(files) {
	const needing = [...files].filter(([, needs]) => needs.length);
	const absent = installCommands([...new Set(needing.flatMap(([, needs]) => needs)), 'python3'], say);
	const out = needing.filter(([, needs]) => needs.some((command) => absent.includes(command)));
	for (const [file, needs] of out)
		say(`${process.env.CI ? 'FAILED' : 'skipped'} ${file}: ${needs.filter((command) => absent.includes(command)).join(', ')} not here`);
	total[process.env.CI ? 'failed' : 'skipped'] += out.length;
	return { out: out.map(([file]) => file), all: out.length === needing.length };
}

async function checkSources(chosen) {
	if (chosen.has('types')) await section('types', [[bin('tsc')]]);
	const lint = [
		[bin('biome'), 'check', '--error-on-warnings'],
		[bin('tsx'), 'scripts/check-imports.ts'],
		[bin('tsx'), 'scripts/check-locales.ts'],
	];
	if (chosen.has('lint')) await section('lint', lint);
}

/** Builds the extension for both browsers, and looks at what came out. Returns whether it was built. */
async function build(chosen) {
	const vite = join(root, 'node_modules/vite/bin/vite.js');
	const { ok } = await section(
		'build',
		['chrome', 'firefox'].map((mode) => [vite, 'build', '--mode', mode]),
	);
	const rest = async () => {
		if (ok && chosen.has('sizes')) await section('sizes', [[bin('tsx'), 'scripts/sizes.ts']]);
		if (ok && chosen.has('package-lint')) await section('package-lint', [[bin('tsx'), 'scripts/lint-package.ts']]);
	};
	if (!ok && chosen.has('e2e')) say('\ne2e cannot run without a build');
	return { ok, rest: rest() };
}

/** Runs the tests of one kind as often as was asked for. */
async function tests(name, { filters, repeat }, more = []) {
	const outcomes = [];
	for (let at = 1; at <= repeat; at++) outcomes.push(await vitest(name, filters, repeat > 1 ? `-${at}` : '', more));
	if (repeat > 1) say(`\n${tally(outcomes).join('\n')}`);
}

/** `absent`: the test files that cannot run here. */
async function buildAndTest(options, chosen, absent) {
	const built = chosen.has('build') ? await build(chosen) : { ok: false, rest: null };
	// a core that waits for a browser has time for the others
	await Promise.all([
		built.rest,
		built.ok &&
			chosen.has('e2e') &&
			!absent.all &&
			tests(
				'e2e',
				options,
				absent.out.map((file) => `--exclude=${file}`),
			),
		chosen.has('unit') && tests('unit', options),
	]);
}

async function main() {
	const options = readOptions(process.argv.slice(2));
	const files = testFiles();
	const chosen = chooseSections(options, files);
	for (const folder of [logs, failures, join(root, '.cache/builds')]) rmSync(folder, { recursive: true, force: true });
	mkdirSync(logs, { recursive: true });
	installModules(say);
	const absent = chosen.has('unit') || chosen.has('e2e') ? withheld(files) : { out: [], all: false };
	// the sources are looked at beside the build, which keeps one core busy
	await Promise.all([checkSources(chosen), buildAndTest(options, chosen, absent)]);
	const left = existsSync(failures)
		? readdirSync(failures, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
		: [];
	const folders = [...new Set(left.map((entry) => entry.parentPath.replace(root, '')))];
	if (folders.length) say(`\nwhat failing tests left:\n${folders.join('\n')}`);
}

try {
	await main();
} catch (error) {
	say(String(error.stack ?? error));
	total.failed += 1;
}
if (!total.passed) total.failed ||= 1;
say(`\nall sections: ${((Date.now() - started) / 1000).toFixed(0)} s`);
process.exitCode = total.failed ? 1 : 0;
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
