import { openGates } from '../../scripts/leaks/mutations.ts';
import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { ofPage, saidOn, stepsNamed, unlessSeen } from '../../scripts/leaks/wire.ts';

/** While the switch is on the account says nothing in the room, whatever the page tries. */
export const row: RecordedRow = {
	id: 'P4',
	by: 'recording',
	mutations: openGates,
	check: (recording) => [
		...unlessSeen(stepsNamed(recording, 'the page sends').length > 0, 'the page did not try'),
		...ofPage(recording).flatMap((connection) =>
			saidOn(connection)
				.filter((text) => (text.includes('<message') && text.includes('<body')) || text.startsWith('["EVENT"'))
				.map((text) => `connection #${connection.id}: ${text.slice(0, 200)}`),
		),
	],
};
