import type { TestedRow } from '../../scripts/leaks/row.ts';

/** Hardened derivation alone, and no extended public key anywhere. */
export const row: TestedRow = {
	id: 'I2d',
	by: 'test',
	mutations: [{ file: 'src/protocol/node.ts', before: 'setUint32(33, index + 2 ** 31)', after: 'setUint32(33, index)' }],
	files: ['test/protocol/hardened.test.ts'],
};
