import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { ofPage, saidOn, stepsNamed, unlessSeen } from '../../scripts/leaks/wire.ts';

/** While the switch is on the account says nothing in the room, whatever the page tries. */
export const row: RecordedRow = {
	id: 'P4',
	by: 'recording',
	mutations: [
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
	],
	check: (recording) => [
		...unlessSeen(stepsNamed(recording, 'the page sends').length > 0, 'the page did not try'),
		...ofPage(recording).flatMap((connection) =>
			saidOn(connection)
				.filter((text) => (text.includes('<message') && text.includes('<body')) || text.startsWith('["EVENT"'))
				.map((text) => `connection #${connection.id}: ${text.slice(0, 200)}`),
		),
	],
};
