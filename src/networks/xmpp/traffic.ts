import type { Traffic, Transport } from '../network.ts';
import { readArchive } from './archive.ts';
import { post } from './post.ts';
import { probe } from './probe.ts';
import { readFrame } from './wire/page-traffic.ts';

/** XMPP as an anonymous guest of the server, over connections of its own; the account's session is never touched. */
const transport: Transport = {
	probe,
	post,
	readArchive: (room, access, _hints, channel, limit, signal) => readArchive(room, access, channel, limit, signal),
};

export const traffic: Traffic = { read: readFrame, transport };
