import { frameWithCredentials } from '../../scripts/leaks/mutations.ts';
import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { carrying, guests, pageCarries, unlessSeen } from '../../scripts/leaks/wire.ts';

/**
 * Cookies: none go out on Bauta's connections, and none that an answer there sets is kept (each connection is given cookies of its own name).
 * The page's requests carry some, or the recording could not show it.
 */
export const row: RecordedRow = {
	id: 'N1',
	by: 'recording',
	mutations: [{ file: 'src/platform/channel.ts', before: "\t'cookie',\n", after: '' }, frameWithCredentials],
	check: (recording) => [
		...unlessSeen(pageCarries(recording, 'cookie'), 'the browser has no cookies of the server'),
		...unlessSeen(recording.cookies.length > 0, 'no cookie lasted'),
		...carrying(recording, 'Cookie'),
		...guests(recording).flatMap(({ id }) =>
			recording.cookies
				.filter((name) => name.endsWith(`-${id}`))
				.map((name) => `the browser keeps ${name}, which connection #${id} was given`),
		),
	],
};
