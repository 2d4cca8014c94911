import { defineConfig } from 'vitest/config';

/** Two kinds of tests: `unit` needs Node alone; `e2e` needs browsers, servers and the built extension, so its files run one after another. */
export default defineConfig({
	define: { __TARGET__: JSON.stringify('chrome') },
	oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
	test: {
		retry: 0,
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					include: ['test/**/*.test.{ts,tsx}'],
					exclude: ['test/e2e/**', 'test/leaks/**'],
					testTimeout: 30_000,
				},
			},
			{
				extends: true,
				test: {
					name: 'e2e',
					include: ['test/e2e/**/*.test.ts'],
					fileParallelism: false,
					maxWorkers: 1,
					testTimeout: 120_000,
					hookTimeout: 120_000,
				},
			},
		],
	},
});
