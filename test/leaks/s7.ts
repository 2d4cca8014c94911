import type { TestedRow } from '../../scripts/leaks/row.ts';

/** A content script is asked for what the browser says its page is, for rooms that this page has shown, and reads no storage. */
export const row: TestedRow = {
	id: 'S7',
	by: 'test',
	mutations: [
		{
			file: 'src/background/router/router.ts',
			before: "\tif (asker === 'page' && !isOwnPage(sender)) throw new BautaError('not-allowed');\n",
			after: '',
		},
	],
	files: ['test/background/router/router.test.ts', 'test/background/pages/admission.test.ts', 'test/platform/local-area.test.ts'],
};
