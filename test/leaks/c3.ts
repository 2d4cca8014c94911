import type { ResidualRow } from '../../scripts/leaks/row.ts';

/** What the account does around an anonymous message. */
export const row: ResidualRow = {
	id: 'C3',
	by: 'text',
	told: [
		{
			file: 'README.md',
			words: 'Answering, editing or reacting from your account just before or after an anonymous message ties the two together.',
		},
	],
};
