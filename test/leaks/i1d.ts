import type { TestedRow } from '../../scripts/leaks/row.ts';

/** No one-time key comes twice: a million draws. */
export const row: TestedRow = {
	id: 'I1d',
	by: 'test',
	mutations: [
		{
			file: 'src/protocol/author.ts',
			before: 'const word = (at: number) => readU32(bytes, at) & 0x7fffffff;',
			after: 'const word = (at: number) => readU32(bytes, at) & 0xf;',
		},
	],
	files: ['test/protocol/indistinguishable.test.ts'],
};
