import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { stepsNamed, unlessSeen } from '../../scripts/leaks/wire.ts';

/** Nothing goes to where linked devices sync because of a post. */
export const row: RecordedRow = {
	id: 'T4',
	by: 'recording',
	mutations: [
		{
			file: 'src/background/outbox/enqueue.ts',
			before: '\tconst canonical = checkedText(text);',
			after:
				"\tvoid readDocument().then(({ identities }) => syncRound(identities[0]?.id ?? '', true)).catch(() => undefined);\n\tconst canonical = checkedText(text);",
		},
		{
			file: 'src/background/outbox/enqueue.ts',
			before: "import { checkLimits } from './rate-limits.ts';",
			after:
				"import { syncRound } from '../devices/sync-round.ts';\nimport { readDocument } from '../state/document.ts';\nimport { checkLimits } from './rate-limits.ts';",
		},
	],
	check(recording) {
		const syncing = recording.connections.filter(({ owner }) => owner === 'sync');
		const [first] = stepsNamed(recording, 'open');
		const [last] = stepsNamed(recording, 'unlink');
		return [
			...unlessSeen(syncing.length > 0, 'nothing was synced'),
			...unlessSeen(first !== undefined && last !== undefined, 'nothing was posted in between'),
			...syncing
				.filter(({ opened }) => opened > (first?.began ?? 0) && opened < (last?.began ?? 0))
				.map(({ id }) => `sync connection #${id} was opened while messages were posted`),
		];
	},
};
