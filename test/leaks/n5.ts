import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { ofBauta, ofPage, ticketsOf, unlessSeen } from '../../scripts/leaks/wire.ts';

/** No connection and no TLS session is shared with the page. */
export const row: RecordedRow = {
	id: 'N5',
	by: 'recording',
	check(recording) {
		const [own, page] = [ofBauta(recording), ofPage(recording)];
		const ports = new Set(page.map(({ sourcePort }) => sourcePort));
		const given = new Set(page.map(({ tls }) => tls?.ticketName));
		return [
			...unlessSeen(page.length > 0 && page.every(({ tls }) => tls !== null), 'the page made no TLS connection'),
			...unlessSeen(own.length > 0, 'Bauta made none'),
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
