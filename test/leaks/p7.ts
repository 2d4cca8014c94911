import type { OpenRow } from '../../scripts/leaks/row.ts';

export const row: OpenRow = {
	id: 'P7',
	by: 'nothing',
	reason: 'an obstacle and no proof (THREATS.md P7); test/e2e/hostile-page.test.ts plays the hostile page',
};
