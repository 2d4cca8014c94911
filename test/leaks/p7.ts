import type { ResidualRow } from '../../scripts/leaks/row.ts';

/** A page that covers, moves or imitates the composer; what is done against it, test/e2e/hostile-page.test.ts plays. */
export const row: ResidualRow = {
	id: 'P7',
	by: 'text',
	told: [
		{ file: 'README.md', words: 'It can show a box that looks like Bauta’s.' },
		{ file: 'README.md', words: 'That is an obstacle and no proof.' },
		{
			file: 'public/_locales/en/messages.json',
			words: 'Anonymous is on here, but its message box is covered or out of view. Your letters were thrown away.',
		},
	],
};
