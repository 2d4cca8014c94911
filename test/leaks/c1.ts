import type { TestedRow } from '../../scripts/leaks/row.ts';

/** One's own name in the text is noticed before it leaves. */
export const row: TestedRow = {
	id: 'C1',
	by: 'test',
	mutations: [
		{
			file: 'src/composer/text-checks.ts',
			before: '\tif ([...nick].length < 2) return false;',
			after: '\tif ([...nick].length >= 0) return false;',
		},
	],
	files: ['test/composer/text-checks.test.ts'],
};
