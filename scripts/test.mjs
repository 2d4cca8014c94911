// npm test: installs what is missing, then runs every section and counts. `npm test -- unit e2e` runs some of them;
// any other word is handed to the test runner as a file filter.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installCommands, installModules } from './install.mjs';
import { run } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const logs = join(root, '.cache/test');
const bin = (name) => join(root, 'node_modules/.bin', name);
const say = (line) => process.stdout.write(`${line}\n`);

/** What browser tests need that npm does not bring. A file named here needs more than the rest. */
const needed = { '': ['chromium', 'prosody', 'prosodyctl'], 'enable.test.ts': ['Xvfb', 'xdotool'] };

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

/** Files of browser tests that cannot run here, for want of the programs in `absent`, which could not be installed. */
function withheld(absent) {
	const folder = join(root, 'test/e2e');
	const files = existsSync(folder) ? readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.test.ts')) : [];
	const out = files.filter((file) => [...needed[''], ...(needed[file] ?? [])].some((command) => absent.includes(command)));
	for (const file of out) say(`${process.env.CI ? 'FAILED' : 'skipped'} test/e2e/${file}: ${absent.join(', ')} not here`);
	total[process.env.CI ? 'failed' : 'skipped'] += out.length;
	return { out, all: files.length > 0 && out.length === files.length };
}

async function main() {
	rmSync(logs, { recursive: true, force: true });
	mkdirSync(logs, { recursive: true });
	installModules(say);
	const programs = [...new Set(Object.values(needed).flat())];
	const absent = chosen.has('unit') || chosen.has('e2e') ? installCommands(programs, say) : [];
	await section('types', 5, [[bin('tsc')]]);
	await section('lint', 5, [
		[bin('biome'), 'check', '--error-on-warnings'],
		[bin('tsx'), 'scripts/check-imports.ts'],
		[bin('tsx'), 'scripts/check-locales.ts'],
	]);
	await vitest('unit', 8);
	const vite = join(root, 'node_modules/vite/bin/vite.js');
	const built = await section('build', 5, [
		[vite, 'build', '--mode', 'chrome'],
		[vite, 'build', '--mode', 'firefox'],
	]);
	if (built) {
		await section('sizes', 1, [[bin('tsx'), 'scripts/sizes.ts']]);
		await section('package-lint', 3, [[bin('tsx'), 'scripts/lint-package.ts']]);
	}
	if (chosen.has('e2e')) {
		const { out, all } = withheld(absent);
		if (!built) say('\ne2e cannot run without a build');
		if (built && !all)
			await vitest(
				'e2e',
				14,
				out.map((file) => `--exclude=test/e2e/${file}`),
			);
	}
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
