import type { TestedRow } from '../../scripts/leaks/row.ts';

/** Slots of ten minutes from the server's clock, and nothing that counts. */
export const row: TestedRow = {
	id: 'T2',
	by: 'test',
	mutations: [
		{
			file: 'src/networks/nostr/clock.ts',
			before: 'return dates.sort((one, other) => one - other)[dates.length >> 1] ?? null;',
			after: 'return null;',
		},
	],
	files: ['test/networks/nostr/post.test.ts', 'test/protocol/indistinguishable.test.ts', 'test/background/answers/page-clock.test.ts'],
};
