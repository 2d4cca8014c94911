import type { Hints, Traffic, Transport } from '../network.ts';
import { accounts } from './accounts.ts';
import { readArchive } from './archive.ts';
import { pageEndpoints } from './endpoints.ts';
import { post } from './post.ts';
import { probe } from './probe.ts';
import { settings } from './room-settings.ts';
import { roomJid } from './wire/jid.ts';
import { readFrame } from './wire/page-traffic.ts';

/** Origins of the endpoints, as http(s): that of a WebSocket is asked for along with it. */
function hosts(room: string, hints: Hints): string[] {
	const { endpoints } = pageEndpoints(roomJid(room), hints);
	return [...new Set(endpoints.map(({ url }) => new URL(url.replace(/^ws/, 'http')).origin))].filter(
		(origin) => new URL(origin).hostname !== new URL(hints.origin).hostname,
	);
}

/** XMPP as an anonymous guest of the server, over connections of its own; the account's session is never touched. */
const transport: Transport = { probe, post, readArchive };

/** All that Bauta does with XMPP's bytes. */
export const traffic: Traffic = { read: readFrame, hosts, settings, accounts, transport };
