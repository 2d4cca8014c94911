import { frameWithCredentials } from '../../scripts/leaks/mutations.ts';
import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { carrying, ofBauta, pageCarries, unlessSeen } from '../../scripts/leaks/wire.ts';

/**
 * Passwords: the browser has one for the chat's whole server, and Bauta's requests carry none. Who asks for one is not let in:
 * test/networks/xmpp. In Firefox no mutation shows: it carries none either where the rule is gone and its own partitions are off.
 */
export const row: RecordedRow = {
	id: 'N3',
	by: 'recording',
	mutations: [
		{
			file: 'src/platform/channel.ts',
			before: "\t'sec-fetch-storage-access',\n\t'authorization',\n",
			after: "\t'sec-fetch-storage-access',\n",
		},
		{ file: 'src/networks/channel/frame-server.ts', before: "\taddress.username = 'guest';\n", after: '', browser: 'chromium' },
		frameWithCredentials,
	],
	provable: ({ browser }) => browser === 'chromium',
	check: (recording) => [
		...unlessSeen(pageCarries(recording, 'authorization'), 'the person was not logged in at the server by a password'),
		...unlessSeen(ofBauta(recording).length > 0, 'Bauta asked nobody'),
		...carrying(recording, 'Authorization'),
	],
};
