import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { header, ofBauta, requestsOf, unlessSeen } from '../../scripts/leaks/wire.ts';

/** Nothing on the wire names the extension, or says what kind of request it is. */
export const row: RecordedRow = {
	id: 'N2',
	by: 'recording',
	mutations: [{ file: 'src/platform/channel.ts', before: "\t'sec-fetch-mode',\n", after: '' }],
	check: (recording) => [
		...unlessSeen(ofBauta(recording).length > 0, 'Bauta asked nobody'),
		...requestsOf(ofBauta(recording)).flatMap(({ headers, path, where }) => [
			...headers.flatMap(([name, value]) =>
				/-extension:|bauta/i.test(value) || value.includes(recording.meta.extensionId) ? [`${where} says ${name}: ${value}`] : [],
			),
			...(path.includes(recording.meta.extensionId) ? [`${where} names the extension`] : []),
			...['referer', 'sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest', 'sec-fetch-storage-access'].flatMap((name) =>
				header(headers, name) === undefined ? [] : [`${where} has ${name}`],
			),
		]),
	],
};
