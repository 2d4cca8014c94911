import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { ofBauta, ofPage, unlessSeen } from '../../scripts/leaks/wire.ts';

/** No connection and no TLS session is shared with the page. */
export const row: RecordedRow = {
	id: 'N5',
	by: 'recording',
	check(recording) {
		const [own, page] = [ofBauta(recording), ofPage(recording)];
		const ports = new Set(page.map(({ sourcePort }) => sourcePort));
		const tickets = new Set(page.flatMap(({ hello }) => (hello ? [hello.ticket, ...hello.psk] : [])).filter(Boolean));
		return [
			...unlessSeen(page.length > 0 && page.every(({ hello }) => hello !== null), 'the page made no TLS connection'),
			...unlessSeen(own.length > 0, 'Bauta made none'),
			...own.flatMap(({ id, server, sourcePort, hello }) => [
				...(ports.has(sourcePort) ? [`${server} #${id} shares port ${sourcePort} with the page`] : []),
				...[hello?.ticket ?? '', ...(hello?.psk ?? [])]
					.filter((ticket) => tickets.has(ticket))
					.map((ticket) => `${server} #${id} hands in the page’s TLS ticket ${ticket}`),
			]),
		];
	},
};
