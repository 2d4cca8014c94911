import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { texts } from '../../scripts/leaks/texts.ts';
import { unlessSeen } from '../../scripts/leaks/wire.ts';

/** The browser's own files of where one was: Chromium's and Firefox's. */
const history = /(^|\/)(History|Top Sites|Shortcuts|Sessions\/|places\.sqlite|sessionstore)/;

/**
 * No word of a message in a title, on the toolbar's button, or in the browser's history. Notifications are none of this recording, as the
 * permission for them is not asked for in it: test/background/recognition/rings.test.ts says that no word stands in them. The clipboard is not looked at here: that a copied phrase leaves it, test/popup/first-run.test.ts says.
 */
export const row: RecordedRow = {
	id: 'S4',
	by: 'recording',
	mutations: [
		{
			file: 'src/background/outbox/store.ts',
			before: '\t\telse await withKey((key) => writeRecord(key, outboxRecord, copy));',
			after:
				'\t\telse {\n\t\t\tawait withKey((key) => writeRecord(key, outboxRecord, copy));\n\t\t\tawait browser.action.setTitle({ title: copy.map(({ text }) => text).join() });\n\t\t}',
		},
		{
			file: 'src/background/outbox/store.ts',
			before: 'import { SerialQueue }',
			after: "import { browser } from '../../platform/api/browser.ts';\nimport { SerialQueue }",
		},
	],
	check({ surfaces, profile }) {
		const all = [texts.erased, texts.draft, texts.waiting, ...texts.posts];
		return [
			...unlessSeen(surfaces.includes('Bauta') || surfaces.some((words) => words.startsWith('Bauta')), 'the toolbar’s button has no title'),
			...surfaces.flatMap((words) =>
				all.filter((text) => words.includes(text)).map((text) => `"${text}" stands in a title or badge: ${words}`),
			),
			...profile
				.filter(({ canary, file }) => history.test(file) && /^(post \d|erased text|draft|waiting text)$/.test(canary))
				.map(({ canary, file }) => `${canary} lies in ${file}`),
		];
	},
};
