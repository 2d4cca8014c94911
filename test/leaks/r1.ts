import type { TestedRow } from '../../scripts/leaks/row.ts';

/** How many other voices a room had, as its archive shows a guest. */
export const row: TestedRow = {
	id: 'R1',
	by: 'test',
	mutations: [
		{
			file: 'src/background/recognition/labels.ts',
			before: 'await judgeAll(isRead ? messages.filter(({ archived }) => archived) : messages);',
			after: 'await judgeAll(messages);',
		},
	],
	files: ['test/background/recognition/crowd.test.ts'],
};
