import type { Mutation } from './row.ts';

/** The frame of Chromium's channel as any other frame: with the browser's cookies, passwords and connections. Several rows rest on it. */
export const frameWithCredentials: Mutation = {
	file: 'src/networks/channel/offscreen-page.ts',
	before: '\tObject.assign(element, { credentialless: true });\n',
	after: '',
	browser: 'chromium',
};

/** No gate on the wire: what the page says in a closed room as the account leaves, a message, a receipt or what shows that somebody writes. */
export const openGates: Mutation[] = [
	{
		file: 'src/tap/xmpp-gate.ts',
		before: "if (rooms.length + refusedIds.length === 0 || !includes(lower(data), 'message')) return null;",
		after: 'if (data.length >= 0) return null;',
	},
	{
		file: 'src/tap/nostr-gate.ts',
		before: 'if (rooms.length + refusedIds.length === 0) return null;',
		after: 'if (data.length >= 0) return null;',
	},
	{ file: 'src/tap/signer-gate.ts', before: 'const room = rooms.length > 0 ?', after: 'const room = rooms.length > 999 ?' },
];
