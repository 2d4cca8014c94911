import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { header, ofBauta, ofPage, requestsOf, unlessSeen } from '../../scripts/leaks/wire.ts';

/** Cookies: none go out on Bauta's connections. The page's own carry some, or the recording could not show it. */
export const row: RecordedRow = {
	id: 'N1',
	by: 'recording',
	mutations: [
		{ file: 'src/platform/channel.ts', before: "\t'cookie',\n", after: '' },
		{
			file: 'src/networks/channel/offscreen-page.ts',
			before: '\tObject.assign(element, { credentialless: true });\n',
			after: '',
			browser: 'chromium',
		},
	],
	check: (recording) => [
		...unlessSeen(
			recording.cookies.length > 0 &&
				// the relay on Nostr is on another site than the page
				(recording.meta.network === 'nostr' || requestsOf(ofPage(recording)).some(({ headers }) => header(headers, 'cookie'))),
			'the browser has no cookies of the server',
		),
		...requestsOf(ofBauta(recording)).flatMap(({ headers, where }) => {
			const cookie = header(headers, 'cookie');
			return cookie === undefined ? [] : [`${where} carries Cookie: ${cookie}`];
		}),
	],
};
