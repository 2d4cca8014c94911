import { frameWithCredentials } from '../../scripts/leaks/mutations.ts';
import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { carriersOf, guests, stepsNamed, ticketsOf, unlessSeen } from '../../scripts/leaks/wire.ts';

/**
 * No message goes over another one's connection, nor over a look's; in Chromium it resumes none of their TLS sessions either. Within one
 * message, or one look at the room, several connections may share a session: they are one guest's, and the server knows that anyway.
 */
export const row: RecordedRow = {
	id: 'N6',
	by: 'recording',
	mutations: [frameWithCredentials],
	provable: ({ browser }) => browser === 'chromium',
	also: ({ browser }) =>
		browser === 'firefox'
			? [
					{
						file: 'README.md',
						words: 'the browser may resume an encrypted session anywhere: the server can tell that two messages came from one browser',
					},
				]
			: [],
	check(recording) {
		const carriers = recording.posts.map(({ text }) => carriersOf(recording, text));
		// from one Enter to the next a connection is that message's; before the first, and from the restart to the next, it is a look's
		const turns = [...stepsNamed(recording, 'post '), ...stepsNamed(recording, 'restart')].map(({ began }) => began);
		const turnOf = (at: number) => turns.filter((begin) => begin <= at).length;
		const shared = guests(recording).flatMap(({ id, requests, frames }) => {
			const met = new Set([...requests, ...frames.filter(({ direction }) => direction === 'out')].map(({ at }) => turnOf(at)));
			return met.size > 1 ? [`connection #${id} carries two messages`] : [];
		});
		const giver = (ticket: string) => recording.connections.find(({ tls }) => tls?.ticketName === ticket);
		const resumed = (recording.meta.browser === 'firefox' ? [] : guests(recording)).flatMap((connection) =>
			ticketsOf(connection).flatMap((ticket) => {
				const from = giver(ticket);
				return from?.owner === 'bauta' && turnOf(from.opened) === turnOf(connection.opened)
					? []
					: [`connection #${connection.id} wants to resume the TLS session of #${from?.id ?? '?'}, which was for something else`];
			}),
		);
		return [
			...unlessSeen(carriers.length > 1 && carriers.every((list) => list.length > 0), 'a message was on no connection'),
			...shared,
			...resumed,
		];
	},
};
