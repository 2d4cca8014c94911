import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { journalReporter } from './scripts/suite/journal.mjs';
import { testFiles } from './scripts/suite/needs.mjs';
import { isTraceless } from './scripts/suite/traceless.mjs';
import { frontends } from './src/frontends/all.ts';
import { patience } from './test/until.ts';

/** test files with browsers at a time, and without: most of both is waiting */
const workers = { e2e: availableParallelism() * 2, unit: availableParallelism() };
const tests = [...testFiles()];
const named = (real: boolean) => tests.filter(([, needs]) => needs.length > 0 === real).map(([path]) => path);
const unit = named(false);
/** `npm test` runs them in one set of modules. Where `unit` is run by itself it has them too, each in modules of its own. */
const together = process.argv.includes('unit-together') ? unit.filter((path) => isTraceless(path)) : [];
// a thread is begun in a third of the time of a process
const ofUnit = { pool: 'threads', maxWorkers: workers.unit, testTimeout: 2 * patience, hookTimeout: 2 * patience } as const;

/** They take the longest: begun first, so that at the end no worker waits for them. */
const longest = [
	'firefox-xmpp',
	'hostile-page',
	'looks',
	'devices-pages',
	'devices',
	'outbox',
	'demo',
	'converse-guards',
	'nostr-rooms',
	'keys',
	'converse-labels',
	'beside',
	'nostr-comments',
	'enable',
	'composer',
	'channel',
	'keys-last',
	'waku-web-chat',
	'firefox-nostr',
	'keys-kept',
	'firefox-popup',
	'keys-full',
	'routes',
	'labels',
	'keys-lock',
	'left-on',
	'nostr-pages',
];

class LongestFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const rank = ({ moduleId }: TestSpecification) => longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`)) >>> 0;
		return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
	}
}

/**
 * Two kinds of tests, told apart by what they import: `unit` needs Node alone and runs in parallel, some of it without fresh modules;
 * `e2e` starts browsers and servers, each on ports and profiles of its own; two files a core at a time keep all of them busy.
 */
export default defineConfig({
	define: {
		__TARGET__: JSON.stringify('chrome'),
		__FRONTENDS__: JSON.stringify(Object.fromEntries(frontends.map(({ id, network }) => [id, network]))),
		__NETWORK__: JSON.stringify('all'),
		__NOTICES__: 'false',
	},
	oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
	test: {
		retry: 0,
		sequence: { sequencer: LongestFirst },
		...(process.env.BAUTA_JOURNAL ? { reporters: ['default', journalReporter(process.env.BAUTA_JOURNAL)] } : {}),
		// only what never comes is waited for so long: a machine with other work gets there later
		expect: { poll: { timeout: patience, interval: 200 } },
		projects: [
			{ extends: true, test: { ...ofUnit, name: 'unit', include: unit.filter((path) => !together.includes(path)) } },
			...(together.length
				? [{ extends: true as const, test: { ...ofUnit, name: 'unit-together', include: together, isolate: false } }]
				: []),
			{
				extends: true,
				test: {
					name: 'e2e',
					include: named(true),
					fileParallelism: true,
					// what a file starts it ends, and no module keeps more than that: to load all of them anew for each takes two seconds
					isolate: false,
					maxWorkers: workers.e2e,
					setupFiles: ['test/evidence-hooks.ts'],
					testTimeout: 4 * patience,
					hookTimeout: 4 * patience,
				},
			},
		],
	},
});
