import { frameWithCredentials } from '../../scripts/leaks/mutations.ts';
import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { loginPath, ofBauta, ofPage, ticketsOf, unlessSeen } from '../../scripts/leaks/wire.ts';

/**
 * No connection and no TLS session is shared with the page. The login at the server's own page leaves a connection open that any later
 * request of the browser could take; whose a connection is goes by what was first said on it, so Bauta's requests would stand there.
 */
export const row: RecordedRow = {
	id: 'N5',
	by: 'recording',
	mutations: [frameWithCredentials],
	provable: ({ browser }) => browser === 'chromium',
	check(recording) {
		const [own, page] = [ofBauta(recording), ofPage(recording)];
		const ports = new Set(page.map(({ sourcePort }) => sourcePort));
		const given = new Set(page.map(({ tls }) => tls?.ticketName));
		return [
			...unlessSeen(page.length > 0 && page.every(({ tls }) => tls !== null), 'the page made no TLS connection'),
			...unlessSeen(own.length > 0, 'Bauta made none'),
			...page
				.filter(({ requests }) => requests.some(({ path }) => path === loginPath))
				.flatMap(({ id, requests }) =>
					requests
						.filter(({ path }) => path !== loginPath)
						.map(({ path }) => `the connection #${id} of the page’s login was asked for ${path}`),
				),
			...own.flatMap((connection) => [
				...(ports.has(connection.sourcePort)
					? [`${connection.server} #${connection.id} shares port ${connection.sourcePort} with the page`]
					: []),
				...ticketsOf(connection)
					.filter((ticket) => given.has(ticket))
					.map(() => `${connection.server} #${connection.id} wants to resume a TLS session of the page’s`),
			]),
		];
	},
};
