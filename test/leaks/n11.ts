import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { header, ofBauta, requestsOf, unlessSeen } from '../../scripts/leaks/wire.ts';

/** The page's origin goes to the page's own site alone. On Nostr the relay is on another one. */
export const row: RecordedRow = {
	id: 'N11',
	by: 'recording',
	mutations: [
		{
			file: 'src/platform/channel.ts',
			before: "{ header: 'origin', operation: 'remove' }",
			after: "{ header: 'origin', operation: 'set', value: page }",
		},
	],
	provable: ({ network }) => network === 'nostr',
	check: (recording) => [
		...unlessSeen(ofBauta(recording).length > 0, 'Bauta asked nobody'),
		...requestsOf(ofBauta(recording)).flatMap(({ headers, where }) => {
			const origin = header(headers, 'origin');
			const host = (header(headers, 'host') ?? '').replace(/:\d+$/, '');
			const isOwn = new URL(recording.meta.pageOrigin).hostname === host;
			// a server that is told of itself learns nothing
			if (origin === undefined || origin === `https://${header(headers, 'host')}` || (isOwn && origin === recording.meta.pageOrigin))
				return [];
			return [`${where} tells ${host} that it comes from ${origin}`];
		}),
	],
};
