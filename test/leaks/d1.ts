import type { ResidualRow } from '../../scripts/leaks/row.ts';

/** What a page or the account's session hands over may choose among a few addresses; the tests that hold the rest are named in THREATS.md. */
export const row: ResidualRow = {
	id: 'D1',
	by: 'text',
	told: [
		{
			file: 'public/_locales/en/messages.json',
			words: 'A server that gives each account another one can tell by it which of a few accounts writes.',
		},
		{ file: 'PRIVACY.md', words: 'at which of the usual addresses of its own host the server is' },
		{ file: 'PRIVACY.md', words: 'if you answer a message that your page alone showed you, your answer says so' },
	],
};
