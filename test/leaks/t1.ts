import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { carriersOf, saidOn, unlessSeen } from '../../scripts/leaks/wire.ts';

/** A message with a delay leaves no earlier than that after Enter; how the delay is drawn, test/background/outbox/delay.test.ts says. */
export const row: RecordedRow = {
	id: 'T1',
	by: 'recording',
	mutations: [
		{
			file: 'src/background/outbox/delay.ts',
			before: 'drawTime(1000 * minSeconds, 1000 * maxSeconds);',
			after: '0 * drawTime(minSeconds, maxSeconds);',
		},
	],
	check(recording) {
		const slow = recording.posts.filter(({ delay: [least] }) => least > 0);
		return [
			...unlessSeen(slow.length > 1, 'nothing was sent with a delay'),
			...slow.flatMap(({ text, entered, delay: [least] }) => {
				const [first] = carriersOf(recording, text).filter((connection) => saidOn(connection).length > 0);
				const after = ((first?.opened ?? 0) - entered) / 1000;
				return after >= least ? [] : [`"${text}" begins to leave ${after.toFixed(1)} s after Enter, with a delay of ${least} s at least`];
			}),
		];
	},
};
