import type { Hints, NetworkAdapter } from '../network.ts';
import { knownEndpoints } from './stream/endpoints.ts';
import { roomId } from './wire/jid.ts';

/** Origins of the endpoints, each also by http(s), which is asked before a WebSocket is opened. */
function hosts(hints: Hints): string[] {
	const urls = knownEndpoints(hints).flatMap(({ url }) => [url, url.replace(/^ws/, 'http')]);
	return [...new Set(urls.map((url) => new URL(url).origin))].filter((origin) => origin !== hints.origin);
}

/** Addresses are bare room JIDs. */
export const xmpp: NetworkAdapter = {
	id: 'xmpp',
	roomId,
	hosts,
	signature: 'recoverable',
	traffic: async () => (await import('./traffic.ts')).traffic,
};
