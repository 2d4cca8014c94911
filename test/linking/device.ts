import { AsyncLocalStorage } from 'node:async_hooks';
import type { Channel } from '../../src/networks/channel/channel.ts';
import type { Post, Sealed } from '../../src/networks/network.ts';
import { nostrAuthor } from '../../src/networks/nostr/sign.ts';
import { traffic as nostr } from '../../src/networks/nostr/traffic.ts';
import { traffic as xmpp } from '../../src/networks/xmpp/traffic.ts';
import { drawTime, waitFor } from '../../src/platform/random-time.ts';
import { phraseFromEntropy, rootFromPhrase } from '../../src/protocol/account/root.ts';
import { fromHex, toHex } from '../../src/protocol/bytes.ts';
import { composeMessage, type Draft } from '../../src/protocol/compose.ts';
import { generationNode, openGeneration } from '../../src/protocol/generation.ts';
import { nodeChannel } from '../networks/node-channel.ts';
import type { TestAuthor } from './author.ts';

// One author's device: a process with a time zone, a language and a clock of its own. It posts what it is told to, by the product's transports.

/** A protection that is taken out, to see whether the experiment notices. */
export type Protection = 'pauses' | 'nick' | 'clock';

/** A message to write. */
export interface Job {
	number: number;
	/** canonical id */
	room: string;
	/** where its servers are reached, by way of this message's lines */
	urls: string[];
	text: string;
	mode: Draft['mode'];
	/** the message that it answers: by the room's id, with its text */
	original: { id: string; text: string } | null;
	without: Protection | null;
}

/** What became of it. */
export interface Outcome {
	number: number;
	fault: string;
	/** XMPP: id of the stanza; Nostr: id of the event */
	id: string;
}

const device = JSON.parse(process.env.LINKING_AUTHOR ?? '{}') as TestAuthor;
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const trueNow = Date.now;
Date.now = () => trueNow() + device.ahead * 1000;
const root = rootFromPhrase(phraseFromEntropy(fromHex(device.entropy)));
const generation = openGeneration({ current: null, now: Math.floor(Date.now() / 1000) });
const node = generationNode(root, generation);

/** Letters that a nick begins with, while a message is posted without the protection of a nick that is drawn each time. */
const nick = new AsyncLocalStorage<Uint8Array>();
const draw = crypto.getRandomValues.bind(crypto);
crypto.getRandomValues = ((array: Uint8Array) => {
	draw(array as Uint8Array<ArrayBuffer>);
	const own = nick.getStore();
	// four letters make a nick, and nothing else; the last one is drawn, as two of one nick cannot be in a room
	if (own && array instanceof Uint8Array && array.length === 4) array.set(own.subarray(0, 3));
	return array;
}) as typeof crypto.getRandomValues;

/** Dates a message by the device's clock: no server's can be read. */
const withoutClock = (channel: Channel): Channel => ({
	...channel,
	fetch: async (request) => ({ ...(await channel.fetch(request)), date: null }),
});

function sealer({ room, mode, text, original }: Job, transport: 'nostr' | 'recoverable'): Post['seal'] {
	return async (now, complete) => {
		const at = now ?? Math.floor(Date.now() / 1000);
		const replyTo = original?.id ?? '';
		const composed = composeMessage({ mode, transport, room, text, replyTo, now: at, generation: { generation, node }, random });
		const { authorKey, authorPrivate, wire } = composed;
		const author = authorKey && authorPrivate ? { author: nostrAuthor(authorKey, authorPrivate, random) } : {};
		const sealed: Sealed = { text, replyTo, wire, id: toHex(random(16)), ...author };
		return complete ? complete(sealed) : sealed;
	};
}

async function post(job: Job): Promise<string> {
	const { room, urls, without } = job;
	const network = room.startsWith('nostr:') ? 'nostr' : 'xmpp';
	const [url = ''] = urls;
	const route =
		network === 'nostr'
			? { relays: urls, bits: 0 }
			: { endpoint: { kind: url.startsWith('ws') ? 'websocket' : 'bosh', url }, anonymousHost: 'anon.chat.test' };
	const channel = nodeChannel('https://chat.test');
	await waitFor(drawTime(1000 * device.delay[0], 1000 * device.delay[1]));
	try {
		const { transport } = network === 'nostr' ? nostr : xmpp;
		const receipt = await transport.post({
			room,
			access: { open: true, route, modes: [], maxPoints: 4096 },
			hints: { origin: 'https://chat.test' },
			words: ['maple', 'river', 'stone'],
			channel: without === 'clock' ? withoutClock(channel) : channel,
			signal: AbortSignal.timeout(150_000),
			isHasty: without === 'pauses',
			original: job.original && { ...job.original, archived: true },
			seal: sealer(job, network === 'nostr' ? 'nostr' : 'recoverable'),
		});
		return receipt.id;
	} finally {
		channel.close();
	}
}

process.on('message', (job: Job) => {
	const run = () => post(job);
	const posted = job.without === 'nick' ? nick.run(fromHex(device.entropy.slice(0, 8)), run) : run();
	const tell = (outcome: Outcome) => process.send?.(outcome);
	posted.then(
		(id) => tell({ number: job.number, fault: '', id }),
		(thrown) => tell({ number: job.number, fault: [thrown?.code ?? thrown, thrown?.detail].filter(Boolean).join(' '), id: '' }),
	);
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
