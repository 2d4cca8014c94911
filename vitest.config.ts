import { defineConfig } from 'vitest/config';
import { testFiles } from './scripts/needs.mjs';

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
		// what is waited for comes when the machine gets to it: a second is too short for two browsers on two cores
		expect: { poll: { timeout: 20_000, interval: 50 } },
		projects: [
			{ extends: true, test: { name: 'unit', include: named(false), testTimeout: 30_000 } },
			{
				extends: true,
				test: { name: 'e2e', include: named(true), fileParallelism: true, maxWorkers: 2, testTimeout: 120_000, hookTimeout: 120_000 },
			},
		],
	},
});
