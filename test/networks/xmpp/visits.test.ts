import { randomInt } from 'node:crypto';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Channel } from '../../../src/networks/channel/channel.ts';
import type { Hints, OpenAccess, Sealed } from '../../../src/networks/network.ts';
import { traffic } from '../../../src/networks/xmpp/traffic.ts';
import { type Prosody, startProsody } from '../../servers/prosody.ts';
import { type Recorder, startRecorder } from '../../servers/recorder.ts';
import { nodeChannel } from '../node-channel.ts';
import { watching } from './in-room.ts';

// What a room sees of guests: that each visit is for a message, and that nobody stays.

const { transport } = traffic;
const origin = 'http://127.0.0.1:8080';
let prosody: Prosody;
let recorder: Recorder;
let crowd: string;
let lobby: string;

beforeAll(async () => {
	prosody = await startProsody({ crowds: true });
	recorder = await startRecorder({ target: prosody.httpPort });
	crowd = await prosody.room('crowd-2000');
	lobby = await prosody.room('lobby');
});
afterAll(async () => {
	await recorder?.stop();
	await prosody?.stop();
});

type Kind = 'bosh' | 'websocket';
const urls = () => ({
	bosh: `http://127.0.0.1:${recorder.port}/http-bind`,
	websocket: `ws://127.0.0.1:${recorder.port}/xmpp-websocket`,
});

const sealed = (): Sealed => ({
	text: 'hello, all of you',
	replyTo: '',
	wire: Buffer.from(crypto.getRandomValues(new Uint8Array(159))).toString('base64url'),
	id: crypto.randomUUID(),
});

/** no two guests are called alike */
const freshWords = () => Array.from({ length: 16 }, () => wordlist[randomInt(2048)] as string);

const look = (room: string, hints: Hints, channel: Channel) =>
	transport.probe(`xmpp:${room}`, hints, channel, AbortSignal.timeout(60_000)) as Promise<OpenAccess>;

/** Posts over this channel and closes it. */
const post = (room: string, access: OpenAccess, channel: Channel, message = sealed(), onEnter = () => {}) =>
	transport
		.post({
			room: `xmpp:${room}`,
			...{
				access,
				hints: { origin },
				channel,
				signal: AbortSignal.timeout(60_000),
				isHasty: true,
				words: freshWords(),
				original: null,
				onEnter,
			},
			seal: async () => message,
		})
		.finally(() => channel.close());

test.each<Kind>(['bosh', 'websocket'])('among 2,000 people the message arrives by the page’s own kind of endpoint: %s', async (kind) => {
	const channel = nodeChannel(origin);
	let longest = 0;
	const { fetch } = channel;
	channel.fetch = async (request) => {
		const answer = await fetch(request);
		longest = Math.max(longest, answer.body.length);
		return answer;
	};
	const access = await look(crowd, { origin, [kind]: prosody[kind] }, channel);
	expect(access).toMatchObject({ open: true, route: { endpoint: { kind } } });
	const message = sealed();
	let visits = 0;
	const receipt = await post(crowd, access, channel, message, () => {
		visits++;
	});
	expect([receipt.id, visits]).toEqual([message.id, 1]);
	// all of them came in one answer
	expect(longest > 1_000_000).toBe(kind === 'bosh');
});

describe.each<Kind>(['bosh', 'websocket'])('a page that speaks over %s', (kind) => {
	test('where that fails between the look and the message, the other kind is used', async () => {
		const other: Kind = kind === 'bosh' ? 'websocket' : 'bosh';
		const channel = nodeChannel(origin);
		const access = await look(lobby, { origin, [kind]: urls()[kind] }, channel);
		expect(access.route).toMatchObject({ endpoint: { kind }, others: [{ kind: other }] });
		recorder.clear();
		const namespace = { bosh: 'httpbind', websocket: 'xmpp-framing' }[kind];
		recorder.fault = { kind: 'cut', when: (direction, text) => direction === 'out' && text.includes(namespace) };
		const message = sealed();
		expect((await post(lobby, access, channel, message)).id).toBe(message.id);
		recorder.fault = null;
	});
});

describe('a guest', () => {
	test('has left when the post ends, and over BOSH also where the connection was cut at any point', () =>
		watching(prosody, 'lobby', async (bob) => {
			/** who came, and whether they are still there, as the people of the room see it */
			const guests = () => {
				const inRoom = new Map<string, boolean>();
				for (const frame of bob.received)
					for (const [, tag = ''] of frame.matchAll(/<presence([^>]*Anonymous[^>]*)>/g))
						inRoom.set(/Anonymous [a-z ]+/.exec(tag)?.[0] ?? '', !tag.includes('unavailable'));
				return [...inRoom.values()];
			};
			for (const kind of ['bosh', 'websocket'] as const) {
				const channel = nodeChannel(origin);
				await post(lobby, await look(lobby, { origin, [kind]: urls()[kind] }, channel), channel);
			}
			expect(guests()).toEqual([false, false]);
			const bosh = { kind: 'bosh', url: urls().bosh };
			const access: OpenAccess = { open: true, route: { endpoint: bosh, anonymousHost: prosody.anonymousDomain }, modes: [], maxPoints: 9 };
			for (const cutAt of [/maxstanzas/, /code='110'/, /<message/, /<anonymous/, /type="unavailable"/, /type='unavailable'/]) {
				let isCut = false;
				recorder.fault = {
					kind: 'cut',
					when(_, text) {
						const strikes = !isCut && cutAt.test(text);
						isCut ||= strikes;
						return strikes;
					},
				};
				await post(lobby, access, nodeChannel(origin)).catch(() => {});
				expect(isCut, String(cutAt)).toBe(true);
				// long before the server would notice by itself
				await expect.poll(() => guests().every((isThere) => !isThere), { timeout: 20_000 }).toBe(true);
			}
			recorder.fault = null;
		}));
});
