import type { RecordedRow } from '../../scripts/leaks/row.ts';

/** Nothing that was written and not sent stands in the page's storage. */
export const row: RecordedRow = {
	id: 'P2',
	by: 'recording',
	check: ({ spied }) => spied.stored.map((value) => `the page stores ${value.slice(0, 200)}`),
};
