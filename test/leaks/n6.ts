import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { carriersOf, guests, ticketsOf, unlessSeen } from '../../scripts/leaks/wire.ts';

/** No message goes over another one's connection; in Chromium no TLS session is resumed either. */
export const row: RecordedRow = {
	id: 'N6',
	by: 'recording',
	mutations: [
		{
			file: 'src/networks/channel/offscreen-page.ts',
			before: '\tObject.assign(element, { credentialless: true });\n',
			after: '',
			browser: 'chromium',
		},
	],
	provable: ({ browser }) => browser === 'chromium',
	also: ({ browser }) =>
		browser === 'firefox'
			? [
					{
						file: 'README.md',
						words: 'the browser may resume an encrypted session, so that a server could tell that two messages came from one browser',
					},
				]
			: [],
	check(recording) {
		const carriers = recording.posts.map(({ text }) => carriersOf(recording, text));
		// from one Enter to the next a connection is that message's
		const ends = recording.posts.map(({ entered }) => entered);
		const turnOf = (at: number) => ends.filter((end) => end <= at).length;
		const shared = guests(recording).flatMap(({ id, requests, frames }) => {
			const turns = new Set(
				[...requests, ...frames.filter(({ direction }) => direction === 'out')].map(({ at }) => turnOf(at)).filter((turn) => turn > 0),
			);
			return turns.size > 1 ? [`connection #${id} carries two messages`] : [];
		});
		const resumed =
			recording.meta.browser === 'firefox'
				? []
				: guests(recording)
						.filter((connection) => ticketsOf(connection).length > 0)
						.map(({ id }) => `connection #${id} wants to resume a TLS session`);
		return [
			...unlessSeen(carriers.length > 1 && carriers.every((list) => list.length > 0), 'a message was on no connection'),
			...shared,
			...resumed,
		];
	},
};
