import type { Recording, WireConnection } from '../../scripts/leaks/recording.ts';
import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { loginPath, ofBauta, ofPage, ticketsOf, unlessSeen } from '../../scripts/leaks/wire.ts';

/**
 * Connections of the page: its own, and those that the browser opens beside one of them and says nothing on. Such a one counts with what was
 * opened before it; whose the others are goes by what was first said on them.
 */
function withSpares(recording: Recording): WireConnection[] {
	const isSilent = ({ requests }: WireConnection) => requests.length === 0;
	return recording.connections.filter((connection, at, all) => {
		const before = all.slice(0, at).findLast((other) => other.server === connection.server && !isSilent(other));
		return (isSilent(connection) ? before : connection)?.owner === 'page';
	});
}

/**
 * No connection and no TLS session is shared with the page. The login at the server's own page leaves connections open that any later request of
 * the browser could take, and sessions that it could resume. A source port tells nothing: the system gives it out again.
 */
export const row: RecordedRow = {
	id: 'N5',
	by: 'recording',
	// it is the browser that keeps what Bauta asks for in a context of its own apart from every page's
	mutations: [
		{
			file: 'test/browser.ts',
			before: "\t'ThirdPartyStoragePartitioning',\n",
			after: "\t'ThirdPartyStoragePartitioning',\n\t'PartitionConnectionsByNetworkIsolationKey',\n",
			browser: 'chromium',
		},
	],
	provable: ({ browser }) => browser === 'chromium',
	check(recording) {
		const [own, page] = [ofBauta(recording), ofPage(recording)];
		const resuming = (who: WireConnection[], from: WireConnection[], whose: string) => {
			const given = new Set(from.flatMap(({ tls }) => tls?.ticketName || []));
			return who.flatMap((connection) =>
				ticketsOf(connection)
					.filter((ticket) => given.has(ticket))
					.map(() => `${connection.server} #${connection.id} wants to resume a TLS session of ${whose}`),
			);
		};
		return [
			...unlessSeen(page.length > 0 && page.every(({ tls }) => tls !== null), 'the page made no TLS connection'),
			...unlessSeen(own.length > 0, 'Bauta made none'),
			// the page asks for its login, or for one WebSocket and then for nothing more
			...page
				.filter(({ requests }) => requests.length > 1)
				.flatMap(({ id, requests }) =>
					requests
						.filter(({ path }) => path !== loginPath)
						.map(({ path }) => `the connection #${id} of the page was asked for ${path} as well`),
				),
			...resuming(own, withSpares(recording), 'the page’s'),
			...resuming(page, own, 'Bauta’s'),
		];
	},
};
