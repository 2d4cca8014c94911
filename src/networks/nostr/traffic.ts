import type { Traffic, Transport } from '../network.ts';
import { readArchive } from './archive.ts';
import { post } from './post.ts';
import { probe } from './probe.ts';
import { readFrame } from './wire/page-traffic.ts';

/** Nostr, on sockets of its own and as the message's own key; the page's sockets and its `window.nostr` are never used. */
const transport: Transport = {
	probe,
	post,
	readArchive: (room, access, _hints, channel, limit, signal) => readArchive(room, access, channel, limit, signal),
};

export const traffic: Traffic = { read: readFrame, transport };
