import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { guests, header, ofBauta, ofPage, requestsOf, unlessSeen } from '../../scripts/leaks/wire.ts';

/**
 * Cookies: none go out on Bauta's connections, and none that an answer there sets is kept (each connection is given cookies of its own name).
 * The page's requests carry some, or the recording could not show it.
 */
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
			requestsOf(ofPage(recording)).some(({ headers }) => header(headers, 'cookie')),
			'the browser has no cookies of the server',
		),
		...unlessSeen(recording.cookies.length > 0, 'no cookie lasted'),
		...requestsOf(ofBauta(recording)).flatMap(({ headers, where }) => {
			const cookie = header(headers, 'cookie');
			return cookie === undefined ? [] : [`${where} carries Cookie: ${cookie}`];
		}),
		...guests(recording).flatMap(({ id }) =>
			recording.cookies
				.filter((name) => name.endsWith(`-${id}`))
				.map((name) => `the browser keeps ${name}, which connection #${id} was given`),
		),
	],
};
