import type { TestedRow } from '../../scripts/leaks/row.ts';

/** Length, order and flags of the envelope are the same for every mode. */
export const row: TestedRow = {
	id: 'I3d',
	by: 'test',
	mutations: [{ file: 'src/protocol/compose.ts', before: 'sealed: random(48) });', after: 'sealed: new Uint8Array(48) });' }],
	files: ['test/protocol/indistinguishable.test.ts'],
};
