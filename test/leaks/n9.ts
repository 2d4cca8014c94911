import type { ResidualRow } from '../../scripts/leaks/row.ts';

/** IP address and time, towards the server. */
export const row: ResidualRow = {
	id: 'N9',
	by: 'text',
	told: [
		{ file: 'public/_locales/en/messages.json', words: 'From the server: your IP address and the time. Use Tor or a VPN if that matters.' },
		{ file: 'README.md', words: 'The server sees your IP address.' },
		{ file: 'PRIVACY.md', words: 'The same that it sees of any guest: an IP address' },
	],
};
