import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { carriersOf, unlessSeen } from '../../scripts/leaks/wire.ts';

/** The least pause between joining, speaking and leaving, ms (src/networks/pace.ts), less what a timer may be early. */
const least = 1900;

/** Where a message has a delay, its guest speaks and leaves after pauses of seconds. How they are drawn, test/networks/pace.test.ts says. */
export const row: RecordedRow = {
	id: 'T5',
	by: 'recording',
	mutations: [{ file: 'src/networks/pace.ts', before: 'if (this.#isHasty) return;', after: 'if (this.#isHasty || least > 0) return;' }],
	applies: ({ network }) => network === 'xmpp',
	check(recording) {
		const slow = recording.posts.filter(({ delay: [shortest] }) => shortest > 0);
		return [
			...unlessSeen(slow.length > 0, 'nothing was sent with a delay'),
			...slow.flatMap(({ text }) => {
				const [carrier] = carriersOf(recording, text);
				const at = (part: string) =>
					carrier?.frames.find((frame) => frame.direction === 'out' && frame.text.includes(part))?.at ?? Number.NaN;
				const [joined, spoke, left] = [at('maxstanzas'), at(`>${text}<`), at('unavailable')];
				return [
					['speaks', spoke - joined],
					['leaves', left - spoke],
				].flatMap(([what, gap]) => (Number(gap) >= least ? [] : [`the guest of "${text}" ${what} after ${gap} ms`]));
			}),
		];
	},
};
