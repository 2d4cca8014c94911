import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { ofPage, stepsNamed, unlessSeen } from '../../scripts/leaks/wire.ts';

const kinds = /<(composing|paused|active|inactive|gone)\b|"kind":2\d{4}\b/;

/** No notice of typing leaves on the account's connection while the private composer is written in. */
export const row: RecordedRow = {
	id: 'P1',
	by: 'recording',
	mutations: [
		{
			file: 'src/tap/xmpp-gate.ts',
			before: "if (rooms.length + refusedIds.length === 0 || !includes(lower(data), 'message')) return null;",
			after: 'if (data.length >= 0) return null;',
		},
		{ file: 'src/content/guards.ts', before: '\t\tif (!open) return;', after: '\t\tif (!open || !event.isTrusted) return;' },
	],
	// on Nostr this web chat tells nobody that somebody types
	provable: ({ network }) => network === 'xmpp',
	check(recording) {
		const writing = [...stepsNamed(recording, 'write'), ...stepsNamed(recording, 'the page sends')];
		const out = ofPage(recording).flatMap(({ id, frames }) =>
			frames.filter(({ direction }) => direction === 'out').map((frame) => ({ id, ...frame })),
		);
		return [
			...unlessSeen(out.length > 0, 'the account said nothing at all'),
			...unlessSeen(writing.length > 0, 'nothing was written'),
			...writing.flatMap(({ name, began, ended }) =>
				out
					.filter(({ at, text }) => at >= began && at <= ended + 1000 && kinds.test(text))
					.map(({ id, text }) => `in the step "${name}" connection #${id} says ${text}`),
			),
		];
	},
};
