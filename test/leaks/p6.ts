import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { unlessSeen } from '../../scripts/leaks/wire.ts';

/** The page shows one's own anonymous message as it shows everybody's, and Bauta marks it. */
export const row: RecordedRow = {
	id: 'P6',
	by: 'recording',
	mutations: [
		{
			file: 'src/content/labels.ts',
			before: '\t\tlabel.show(mine);\n',
			after: "\t\tlabel.show(mine);\n\t\tif (mine) position.parent.classList.add('chat-msg__content--me', 'nc-comment--own');\n",
		},
	],
	check: ({ posts }) => [
		...unlessSeen(posts.length > 0, 'nothing was posted'),
		...posts.filter(({ isShownAsOwn }) => isShownAsOwn).map(({ text }) => `the page shows "${text}" as the account’s own`),
	],
};
