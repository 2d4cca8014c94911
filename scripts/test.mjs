// npm test: installs what is missing, then runs every section and counts. `npm test -- unit e2e` runs some of them;
// any other word is handed to the test runner as a file filter.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installCommands, installModules } from './install.mjs';
import { testFiles } from './needs.mjs';
import { run } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const logs = join(root, '.cache/test');
const bin = (name) => join(root, 'node_modules/.bin', name);
const say = (line) => process.stdout.write(`${line}\n`);

const names = ['types', 'lint', 'unit', 'build', 'sizes', 'package-lint', 'e2e'];
const words = process.argv.slice(2);
const filters = words.filter((word) => !names.includes(word));
const chosen = new Set(words.filter((word) => names.includes(word)));
if (!chosen.size) for (const name of names) chosen.add(name);
for (const name of ['sizes', 'package-lint', 'e2e']) if (chosen.has(name)) chosen.add('build');

const total = { passed: 0, failed: 0, skipped: 0 };
const started = Date.now();

/** Counts of a test runner's JSON report. A run that failed without a failed test counts as one failure, so does a run of nothing. */
function counted(report, ok) {
	if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
	const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
	const failed = numFailedTests || (ok && numPassedTests ? 0 : 1);
	return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
}

/** Runs one section: its commands one after another until one fails. `count` reads the tests; without it the section counts as one. */
async function section(name, minutes, commands, count) {
	if (!chosen.has(name)) return true;
	say(`\n── ${name}`);
	const log = join(logs, `${name}.log`);
	const begun = Date.now();
	let ok = true;
	for (const [index, command] of commands.entries())
		if (ok) ok = await run(command, { cwd: root, log, append: index > 0, minutes: minutes - (Date.now() - begun) / 60_000 });
	const result = count ? count(ok) : { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
	for (const key of Object.keys(total)) total[key] += result[key];
	if (result.failed) say(readFileSync(log, 'utf8'));
	const seconds = ((Date.now() - begun) / 1000).toFixed(1);
	say(
		`${result.failed ? 'FAILED' : 'ok'} ${name}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped, ${seconds} s`,
	);
	return !result.failed;
}

function vitest(name, minutes, more = []) {
	const report = join(logs, `${name}.json`);
	const command = [
		bin('vitest'),
		'run',
		'--project',
		name,
		'--reporter=default',
		'--reporter=json',
		`--outputFile.json=${report}`,
		...more,
	];
	return section(name, minutes, [[...command, ...filters]], (ok) => counted(report, ok));
}

/** Test files that cannot run here, for want of a program that could not be installed: named, and counted. */
function withheld() {
	const files = [...testFiles()].filter(([, needs]) => needs.length);
	const absent = installCommands([...new Set(files.flatMap(([, needs]) => needs)), 'python3'], say);
	const out = files.filter(([, needs]) => needs.some((command) => absent.includes(command)));
	for (const [file, needs] of out)
		say(`${process.env.CI ? 'FAILED' : 'skipped'} ${file}: ${needs.filter((command) => absent.includes(command)).join(', ')} not here`);
	return { out: out.map(([file]) => file), all: out.length === files.length };
}

async function main() {
	rmSync(logs, { recursive: true, force: true });
	mkdirSync(logs, { recursive: true });
	installModules(say);
	const { out, all } = chosen.has('unit') || chosen.has('e2e') ? withheld() : { out: [], all: false };
	await section('types', 5, [[bin('tsc')]]);
	await section('lint', 5, [
		[bin('biome'), 'check', '--error-on-warnings'],
		[bin('tsx'), 'scripts/check-imports.ts'],
		[bin('tsx'), 'scripts/check-locales.ts'],
	]);
	await vitest('unit', 10);
	const vite = join(root, 'node_modules/vite/bin/vite.js');
	const built = await section('build', 5, [
		[vite, 'build', '--mode', 'chrome'],
		[vite, 'build', '--mode', 'firefox'],
	]);
	if (built) {
		await section('sizes', 1, [[bin('tsx'), 'scripts/sizes.ts']]);
		await section('package-lint', 3, [[bin('tsx'), 'scripts/lint-package.ts']]);
	}
	if (!chosen.has('e2e')) return;
	total[process.env.CI ? 'failed' : 'skipped'] += out.length;
	if (!built) say('\ne2e cannot run without a build');
	if (built && !all)
		await vitest(
			'e2e',
			14,
			out.map((file) => `--exclude=${file}`),
		);
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
