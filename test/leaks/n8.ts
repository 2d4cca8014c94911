import type { Recording } from '../../scripts/leaks/recording.ts';
import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { compareSnapshot } from '../../scripts/leaks/snapshot.ts';
import { unlessSeen } from '../../scripts/leaks/wire.ts';

/** An address without what differs from run to run: servers by what they are, no query, and `name` for the one of a channel's requests. */
function shortAddress(url: string, { serverHost, syncHost, pageOrigin }: Recording['meta']): string {
	const named = url.replace(serverHost, '{chat}').replace(syncHost, '{sync}').replace(new URL(pageOrigin).host, '{page}');
	return named
		.replace(/[?#].*/, '')
		.replace(/\/\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}@/, '//name@')
		.replace(/127\.0\.0\.1:\d+/, '{voices}');
}

/** All that Bauta asks for in the whole life of the browser, by the browser’s own log: a committed list. */
export const row: RecordedRow = {
	id: 'N8',
	by: 'recording',
	mutations: [
		{
			file: 'src/background/background.ts',
			before: 'browser.runtime.onStartup.addListener(() => void registerScripts());',
			after:
				"browser.runtime.onStartup.addListener(() => void registerScripts());\nvoid fetch('https://telemetry.test/ping').catch(() => undefined);",
		},
	],
	check(recording) {
		const { browser, network } = recording.meta;
		const own = recording.requests.filter(({ by, url }) => by === 'bauta' && /^(https?|wss?):/.test(url));
		return [
			...unlessSeen(own.length > 0, 'the browser’s log has no request of Bauta’s'),
			...compareSnapshot(
				`hosts-${browser}-${network}`,
				own.map(({ url }) => shortAddress(url, recording.meta)),
			),
		];
	},
};
