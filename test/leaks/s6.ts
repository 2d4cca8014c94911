import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { texts } from '../../scripts/leaks/texts.ts';
import { unlessSeen } from '../../scripts/leaks/wire.ts';

/**
 * A private window of Chromium begins locked, knows nothing of what waits in the others, and what is written in it waits there alone and lies
 * nowhere on the disk. In Firefox Bauta is in no private window.
 */
export const row: RecordedRow = {
	id: 'S6',
	by: 'recording',
	files: ['test/background/outbox/outbox.test.ts', 'test/vault/stores.test.ts'],
	mutations: [
		{
			file: 'src/platform/local-area.ts',
			before: "\tif (__TARGET__ === 'firefox' || !isPrivateWindow()) ",
			after: '\t',
			browser: 'chromium',
		},
		{
			file: 'vite.config.ts',
			before: "manifest.incognito = 'not_allowed';",
			after: "manifest.incognito = 'spanning';",
			browser: 'firefox',
		},
	],
	provable: ({ browser }) => browser === 'chromium',
	check({ meta, privately: { hosts, vault, strays, before, after, elsewhere }, profile }) {
		const seen = unlessSeen(hosts.elsewhere > 0, 'Bauta was nowhere to be seen');
		if (meta.browser === 'firefox') return [...seen, ...(hosts.privately > 0 ? ['Bauta is in a private window'] : [])];
		return [
			...seen,
			...(vault === 'locked' ? [] : [`a private window opens with the vault ${vault}`]),
			...strays.map((name) => `a private window leaves ${name} in the memory that all windows share`),
			...before.map((text) => `the private window sees "${text}" waiting`),
			...elsewhere.filter((text) => text === texts.privately).map(() => 'the other windows see what waits in the private one'),
			...profile
				.filter(({ canary }) => canary === 'private text')
				.map(({ file }) => `what was written in a private window lies in ${file}`),
			...unlessSeen(after.includes(texts.privately), 'nothing was written in a private window'),
			...unlessSeen(elsewhere.includes(texts.waiting), 'nothing waited in the other windows'),
		];
	},
};
