import { defineConfig } from 'vitest/config';
import { testFiles } from './scripts/needs.mjs';
import { patience } from './test/until.ts';

const tests = [...testFiles()];
const named = (real: boolean) => tests.filter(([, needs]) => needs.length > 0 === real).map(([path]) => path);

/**
 * Two kinds of tests, told apart by what they import: `unit` needs Node alone and runs in parallel;
 * `e2e` starts browsers and servers, each on ports and profiles of its own; two files at a time keep two cores busy, as tests mostly wait.
 */
export default defineConfig({
	define: { __TARGET__: JSON.stringify('chrome') },
	oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
	test: {
		retry: 0,
		// only what never comes is waited for so long: a machine with other work gets there later
		expect: { poll: { timeout: patience, interval: 100 } },
		projects: [
			{ extends: true, test: { name: 'unit', include: named(false), testTimeout: 2 * patience, hookTimeout: 2 * patience } },
			{
				extends: true,
				test: {
					name: 'e2e',
					include: named(true),
					fileParallelism: true,
					maxWorkers: 2,
					testTimeout: 4 * patience,
					hookTimeout: 4 * patience,
				},
			},
		],
	},
});
