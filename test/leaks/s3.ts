import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { unlessSeen } from '../../scripts/leaks/wire.ts';

/** What was written and not sent, or waits to be sent, lies nowhere in the profile in the clear. */
export const row: RecordedRow = {
	id: 'S3',
	by: 'recording',
	mutations: [
		{
			file: 'src/background/outbox/store.ts',
			before: '\t\telse await withKey((key) => writeRecord(key, outboxRecord, copy));',
			after:
				'\t\telse {\n\t\t\tawait withKey((key) => writeRecord(key, outboxRecord, copy));\n\t\t\tawait localArea().set({ texts: copy.map(({ text }) => text) });\n\t\t}',
		},
		{
			file: 'src/background/outbox/store.ts',
			before: 'import { SerialQueue }',
			after: "import { localArea } from '../../platform/local-area.ts';\nimport { SerialQueue }",
		},
	],
	check({ canaries, profile }) {
		const unsent = new Set(canaries.filter(({ kind }) => kind === 'unsent').map(({ name }) => name));
		return [
			...unlessSeen(unsent.size > 0, 'nothing was written'),
			...unlessSeen(profile.length > 0, 'the scan found nothing at all'),
			...profile.filter(({ canary }) => unsent.has(canary)).map(({ canary, encoding, file }) => `${canary} lies in ${file} as ${encoding}`),
		];
	},
};
