import type { ResidualRow } from '../../scripts/leaks/row.ts';

/** Keys typed in a frame count as activity in the page. */
export const row: ResidualRow = {
	id: 'P10',
	by: 'text',
	told: [
		{
			file: 'public/_locales/en/messages.json',
			words: 'Where you write in the page, it can also count your keys and see when each is pressed',
		},
		{ file: 'README.md', words: 'A page sees how many keys you press in the frame that stands in it, and when.' },
		{ file: 'PRIVACY.md', words: 'how many keys you press there and when you press each; no frame can hide that' },
	],
};
