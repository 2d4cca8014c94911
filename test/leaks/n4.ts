import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { compareSnapshot } from '../../scripts/leaks/snapshot.ts';
import { header, ofBauta, requestsOf, unlessSeen } from '../../scripts/leaks/wire.ts';

const language = { chromium: 'en-US,en;q=0.9', firefox: 'en-US,en;q=0.5' };

/** Names of headers in their order, a committed list; and one language for everybody, whatever the browser's is. */
export const row: RecordedRow = {
	id: 'N4',
	by: 'recording',
	mutations: [
		{
			file: 'src/platform/channel.ts',
			before: "\t\t{ header: 'accept-language', operation: 'set' as const, value: commonLanguage },\n",
			after: '',
		},
	],
	check(recording) {
		const { browser, network } = recording.meta;
		const requests = requestsOf(ofBauta(recording));
		const kind = (headers: [string, string][], method: string) => (header(headers, 'upgrade') ? 'socket' : method);
		return [
			...unlessSeen(requests.length > 0, 'Bauta asked nobody'),
			...requests.flatMap(({ headers, where }) => {
				const said = header(headers, 'accept-language');
				return said === language[browser] ? [] : [`${where} prefers ${said}`];
			}),
			...compareSnapshot(
				`headers-${browser}-${network}`,
				requests.map(({ headers, method }) => `${kind(headers, method)}: ${headers.map(([name]) => name).join(' ')}`),
			),
		];
	},
};
