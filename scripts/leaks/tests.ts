import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Runs unit test files of a tree. Returns those that failed, or did not run at all. `folder`: the tree */
export async function failedTests(files: string[], folder = root): Promise<Set<string>> {
	if (files.length === 0) return new Set();
	const report = join(folder, '.cache/leaks/tests.json');
	mkdirSync(join(folder, '.cache/leaks'), { recursive: true });
	rmSync(report, { force: true });
	const vitest = join(folder, 'node_modules/vitest/vitest.mjs');
	const child = spawn(process.execPath, [vitest, 'run', '--project', 'unit', '--reporter=json', `--outputFile=${report}`, ...files], {
		cwd: folder,
		stdio: 'ignore',
	});
	await new Promise((done) => child.once('exit', done));
	try {
		const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
			testResults: { name: string; status: string; assertionResults: object[] }[];
		};
		const passed = testResults
			.filter(({ status, assertionResults }) => status === 'passed' && assertionResults.length > 0)
			.map(({ name }) => name);
		return new Set(files.filter((file) => !passed.some((name) => name.endsWith(`/${file}`))));
	} catch {
		return new Set(files);
	}
}
