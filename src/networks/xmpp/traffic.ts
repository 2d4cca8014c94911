import type { Hints, Traffic, Transport } from '../network.ts';
import { readArchive } from './archive.ts';
import { knownEndpoints } from './endpoints.ts';
import { xmppHints } from './hints.ts';
import { post } from './post.ts';
import { probe } from './probe.ts';
import { settings } from './room-settings.ts';
import { readFrame } from './wire/page-traffic.ts';

/** Origins of the endpoints, each also by http(s), which is asked before a WebSocket is opened. */
function hosts(hints: Hints): string[] {
	const urls = knownEndpoints(xmppHints(hints)).flatMap(({ url }) => [url, url.replace(/^ws/, 'http')]);
	return [...new Set(urls.map((url) => new URL(url).origin))].filter((origin) => origin !== hints.origin);
}

/** XMPP as an anonymous guest of the server, over connections of its own; the account's session is never touched. */
const transport: Transport = { probe, post, readArchive };

/** All that Bauta does with XMPP's bytes. */
export const traffic: Traffic = { read: readFrame, hosts, settings, transport };
