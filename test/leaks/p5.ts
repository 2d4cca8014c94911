import { openGates } from '../../scripts/leaks/mutations.ts';
import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { compareSnapshot } from '../../scripts/leaks/snapshot.ts';
import { ofPage, stepsNamed, unlessSeen } from '../../scripts/leaks/wire.ts';

/** What kind of thing a frame is, without what differs from run to run. */
function kindOf(text: string): string {
	const [, verb] = /^\["([A-Z]+)"/.exec(text) ?? [];
	if (verb) return verb;
	const names = [...text.matchAll(/<([a-z][\w:-]*)/g)].map(([, name]) => name);
	return names.slice(0, 3).join(' ');
}

/** Kinds of what the account's connection says once the switch is on: a committed list without receipts, markers and presences. */
export const row: RecordedRow = {
	id: 'P5',
	by: 'recording',
	mutations: openGates,
	check(recording) {
		const [first] = stepsNamed(recording, 'switch on');
		const [restart] = stepsNamed(recording, 'restart');
		const { network, browser } = recording.meta;
		const out = ofPage(recording)
			.flatMap(({ frames }) => frames)
			.filter(({ direction, at }) => direction === 'out' && at >= (first?.began ?? 0) && at <= (restart?.began ?? 0));
		return [
			...unlessSeen(first !== undefined && restart !== undefined, 'the switch was not turned'),
			...out.filter(({ text }) => /<(received|displayed|acknowledged)\b/.test(text)).map(({ text }) => `the account confirms: ${text}`),
			...compareSnapshot(
				`account-${browser}-${network}`,
				out.map(({ text }) => kindOf(text)),
			),
		];
	},
};
