import type { TestedRow } from '../../scripts/leaks/row.ts';

/** Tracking parameters are noticed; what hosts are asked for what is written, N8 watches. */
export const row: TestedRow = {
	id: 'C2',
	by: 'test',
	mutations: [{ file: 'src/composer/text-checks.ts', before: 'utm_\\w+|fbclid|', after: 'fbclid|' }],
	files: ['test/composer/text-checks.test.ts'],
};
