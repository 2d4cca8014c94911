import type { TestedRow } from '../../scripts/leaks/row.ts';

/** Each message has a delay of its own, so that order may change. */
export const row: TestedRow = {
	id: 'T3',
	by: 'test',
	mutations: [
		{ file: 'src/background/outbox/delay.ts', before: 'drawTime(1000 * minSeconds, 1000 * maxSeconds);', after: '1000 * minSeconds;' },
	],
	files: ['test/background/outbox/spread.test.ts'],
};
