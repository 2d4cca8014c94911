import { randomInt } from 'node:crypto';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { BautaError } from '../../../src/messages/errors.ts';
import type { AnsweredMessage } from '../../../src/networks/answered.ts';
import type { Hints, OpenAccess, Sealed } from '../../../src/networks/network.ts';
import { traffic } from '../../../src/networks/xmpp/traffic.ts';
import { askTime, groupMessage } from '../../../src/networks/xmpp/wire/stanzas.ts';
import { writeXml } from '../../../src/networks/xmpp/wire/xml.ts';
import { escapeXml } from '../../servers/account.ts';
import { guestsOf, type Prosody, secondDomain, startProsody } from '../../servers/prosody.ts';
import { type Direction, type Recorder, startRecorder } from '../../servers/recorder.ts';
import type { RoomKind } from '../../servers/rooms.ts';
import { nodeChannel } from '../node-channel.ts';
import { muc, say, watching } from './in-room.ts';

const kinds: RoomKind[] = [
	'open',
	'members-only',
	'moderated',
	'password',
	'banned',
	'no-anonymous',
	'no-anonymous-description',
	'non-anonymous',
	'no-archive',
];
const { transport } = traffic;
const origin = 'https://127.0.0.1:8443';
let prosody: Prosody;
let recorder: Recorder;
let serial = 0;

beforeAll(async () => {
	prosody = await startProsody({ stanzaSizeLimit: 20_000, extra: secondDomain('other.test') + guestsOf('anon-alice.chat.test') });
	recorder = await startRecorder({ target: prosody.httpPort });
	for (const kind of kinds) await prosody.room(kind, kind);
	await prosody.room('lobby', 'open', 'muc.other.test');
});
afterAll(async () => {
	await recorder?.stop();
	await prosody?.stop();
});
beforeEach(() => recorder.clear());
afterEach(() => {
	recorder.fault = null;
	recorder.roundTrip = 0;
});

const randomB64 = () => Buffer.from(crypto.getRandomValues(new Uint8Array(159))).toString('base64url');
const bosh = () => `http://127.0.0.1:${recorder.port}/http-bind`;
const websocket = () => `ws://127.0.0.1:${recorder.port}/xmpp-websocket`;
type Kind = 'bosh' | 'websocket';
const urlOf = (kind: Kind) => (kind === 'bosh' ? bosh() : websocket());
const access = (kind: Kind): OpenAccess => ({
	open: true,
	route: { endpoint: { kind, url: urlOf(kind) }, anonymousHost: 'anon.chat.test' },
	modes: [],
	maxPoints: 4096,
});
const hints = (more: Partial<Hints> = {}): Hints => ({
	origin,
	bosh: bosh(),
	...more,
});
const roomId = (name: string) => `xmpp:${name}@${muc}`;

async function code(promise: Promise<unknown>): Promise<string> {
	try {
		await promise;
	} catch (thrown) {
		expect(thrown).toBeInstanceOf(BautaError);
		return (thrown as BautaError).code;
	}
	return 'nothing';
}
async function probe(name: string, given = hints(), milliseconds = 150_000) {
	const channel = nodeChannel(origin);
	try {
		return await transport.probe(roomId(name), given, channel, AbortSignal.timeout(milliseconds));
	} finally {
		channel.close();
	}
}
interface Sending extends Partial<Sealed> {
	onSeal?(now: number | null): void | Promise<void>;
	signal?: AbortSignal;
	original?: AnsweredMessage;
	words?: string[];
}
/** Sixteen words that no other message has. */
const freshWords = () => Array.from({ length: 16 }, () => wordlist[randomInt(2048)] as string);
async function post(kind: Kind, name: string, { onSeal, signal, original, words = freshWords(), ...fields }: Sending = {}) {
	const channel = nodeChannel(origin);
	const sealed: Sealed = { text: 'hello', replyTo: original?.id ?? '', wire: randomB64(), id: `id${++serial}`, ...fields };
	try {
		const receipt = await transport.post({
			room: roomId(name),
			access: access(kind),
			hints: hints(),
			channel,
			signal: signal ?? AbortSignal.timeout(150_000),
			isHasty: true,
			words,
			original: original ?? null,
			async seal(now) {
				await onSeal?.(now);
				return sealed;
			},
		});
		return { receipt, sealed };
	} finally {
		channel.close();
	}
}

describe('probe', () => {
	test.each<[RoomKind, string]>([
		['open', 'open'],
		['non-anonymous', 'open'],
		['no-archive', 'open'],
		['members-only', 'room-members-only'],
		['password', 'room-password'],
		['no-anonymous-description', 'room-no-anonymous'],
		// only joining tells
		['moderated', 'open'],
		['banned', 'open'],
	])('%s room: %s', async (kind, expected) => {
		const found = await probe(kind);
		expect(found.open ? 'open' : found.reason).toBe(expected);
		if (found.open)
			expect(found).toMatchObject({ maxPoints: 4096, route: { anonymousHost: 'anon.chat.test', endpoint: { kind: 'bosh' } } });
		expect(recorder.sent().some(({ text }) => text.includes('<presence') || text.includes('<message'))).toBe(false);
	});

	test('a topic that the page has seen closes the room', async () => {
		expect(await probe('open', hints({ topic: 'Be kind. No-Anonymous.' }))).toMatchObject({ reason: 'room-no-anonymous' });
	});

	test('a room that is gone is not made, a person is no room', async () => {
		expect(await probe('nowhere')).toMatchObject({ reason: 'room-gone' });
		expect(await probe('nowhere')).toMatchObject({ reason: 'room-gone' });
		const channel = nodeChannel();
		const found = await transport.probe('xmpp:bob@chat.test', hints(), channel, AbortSignal.timeout(5000));
		expect(found).toMatchObject({ reason: 'room-private' });
	});

	test('the host for guests is found by convention, or set by hand; never by what the server lists to the account', async () => {
		const guests = { route: { anonymousHost: 'anon.chat.test' } };
		expect(await probe('open')).toMatchObject(guests);
		const forAlice = `<iq xmlns='jabber:client' type='result' from='chat.test'><query xmlns='http://jabber.org/protocol/disco#items'><item jid='anon-alice.chat.test'/></query></iq>`;
		const told = traffic.read({ direction: 'in', url: `${websocket()}?user=alice`, data: forAlice }, 0).hints;
		expect(await probe('open', { origin, ...told, items: ['anon-alice.chat.test'] })).toMatchObject(guests);
		expect(recorder.sent().every(({ text }) => !text.includes('alice'))).toBe(true);
		expect(JSON.stringify(recorder.connections)).not.toContain('alice');
		expect(await probe('open', hints({ anonymousHost: 'anon.chat.test' }))).toMatchObject(guests);
		expect(await probe('open', hints({ anonymousHost: 'nobody.chat.test' }))).toMatchObject({ reason: 'no-anonymous-host' });
		expect(await probe('open', hints({ anonymousHost: 'chat.test' }))).toMatchObject({ reason: 'no-anonymous-host' });
	});

	test('the page’s own kind of endpoint is used, with the other beside it; the other where that one fails', async () => {
		const endpoints = { bosh: { kind: 'bosh', url: bosh() }, websocket: { kind: 'websocket', url: websocket() } };
		const bySocket = { origin, websocket: websocket() };
		expect(await probe('open', bySocket)).toMatchObject({ route: { endpoint: endpoints.websocket, others: [endpoints.bosh] } });
		expect(await probe('open')).toMatchObject({ route: { endpoint: endpoints.bosh, others: [endpoints.websocket] } });
		recorder.fault = { kind: 'cut', when: (direction, text) => direction === 'out' && text.includes('framing') };
		expect(await probe('open', bySocket)).toMatchObject({ route: { endpoint: endpoints.bosh } });
		recorder.fault = { kind: 'cut', when: (direction, text) => direction === 'out' && text.includes('httpbind') };
		expect(await probe('open')).toMatchObject({ route: { endpoint: endpoints.websocket } });
	});

	test('a room on another server than the account’s: its own domain says where, and its guests are used', async () => {
		const here = { route: { anonymousHost: 'anon.other.test', endpoint: { url: bosh() } } };
		const look = async (from: Hints, channel = nodeChannel(origin)) => {
			const access = await transport.probe('xmpp:lobby@muc.other.test', from, channel, AbortSignal.timeout(150_000));
			channel.close();
			return access;
		};
		expect(await look(hints())).toMatchObject({ open: true, ...here });
		// on a server of its own, which the page does not name
		const channel = nodeChannel(origin);
		const { fetch } = channel;
		const links = [{ rel: 'urn:xmpp:alt-connections:xbosh', href: bosh() }];
		channel.fetch = (request) =>
			request.url === 'https://other.test/.well-known/host-meta.json'
				? Promise.resolve({ status: 200, date: null, authenticate: false, body: JSON.stringify({ links }) })
				: fetch(request);
		expect(await look({ origin: 'https://web.test', bosh: 'https://web.test/http-bind' }, channel)).toMatchObject(here);
	});

	test('a server that only the page names is not spoken to before the user agrees, and is told of where people write', async () => {
		const strange = hints({ origin: 'https://web.test', websocket: websocket() });
		const host = `127.0.0.1:${recorder.port}`;
		expect(await probe('open', strange)).toEqual({
			open: false,
			reason: 'route-unasked',
			detail: '',
			ask: [`http://${host}`, `ws://${host}`],
		});
		expect(await probe('open', { ...strange, answers: { [host]: false } })).toMatchObject({ reason: 'no-endpoint' });
		expect(recorder.connections.filter(({ exchanges }) => exchanges.length > 0)).toEqual([]);
		expect(await probe('open', { ...strange, answers: { [host]: true } })).toMatchObject({ open: true, by: [host] });
	});

	test('an address that is no endpoint, none at all, a server that is down', async () => {
		expect(await probe('open', hints({ bosh: `http://127.0.0.1:${recorder.port}/bosh` }))).toMatchObject({ reason: 'no-endpoint' });
		const { bosh: _, ...none } = hints();
		expect(await probe('open', none)).toMatchObject({ reason: 'no-endpoint' });
		recorder.fault = { kind: 'refuse' };
		expect(await probe('open')).toMatchObject({ reason: 'server-down' });
		expect(await probe('open', { ...none, websocket: websocket() })).toMatchObject({ reason: 'server-down' });
	});
});

describe.each<Kind>(['bosh', 'websocket'])('post over %s', (kind) => {
	test.each([
		['many', Array.from({ length: 101 }, (_, at) => `xmlns:p${at}='urn:${at}' p${at}:a=''`).join(' ')],
		['that is a space', "xmlns:p=' ' p:a=''"],
	])('nobody in the room keeps it away by namespaces: %s', (_, declarations) =>
		watching(prosody, 'open', async (bob) => {
			bob.send(`<presence xmlns='jabber:client' to='open@${muc}/bob'><x xmlns='urn:x' ${declarations}/></presence>`);
			await bob.wait(/<presence[^>]*>.*urn:x/);
			const { sealed } = await post(kind, 'open');
			await bob.wait(new RegExp(`<message[^>]*'${sealed.id}'`));
		}),
	);

	test('the message arrives with every field as it was sealed', () =>
		watching(prosody, 'open', async (bob) => {
			const text = 'a <b> & "c"\n\td 🎭';
			let clock: number | null = 0;
			const original = { id: await say(bob, 'open', 'who decided this?'), text: 'who decided this?', archived: false };
			const before = Date.now() / 1000;
			const { receipt, sealed } = await post(kind, 'open', {
				text,
				original,
				onSeal: (now) => {
					clock = now;
				},
			});
			const frame = await bob.wait(new RegExp(`<message[^>]*'${sealed.id}'`));
			const reading = traffic.read({ direction: 'in', url: websocket(), data: frame }, 5);
			expect(reading.messages[0]).toMatchObject({
				room: roomId('open'),
				id: sealed.id,
				bodies: [text],
				replyTo: original.id,
				wires: [sealed.wire],
			});
			expect(receipt).toEqual({ id: sealed.id, archiveId: reading.messages[0]?.archiveId, time: clock });
			expect(clock).toBeGreaterThan(before - 3);
			expect(clock).toBeLessThan(Date.now() / 1000 + 3);
			await bob.wait(/unavailable/);
		}));

	test.each<[RoomKind | 'nowhere', string]>([
		['members-only', 'room-members-only'],
		['moderated', 'room-moderated'],
		['password', 'room-password'],
		['banned', 'room-banned'],
		['no-anonymous', 'room-no-anonymous'],
		['no-anonymous-description', 'room-no-anonymous'],
		['nowhere', 'room-gone'],
		['non-anonymous', 'nothing'],
		['no-archive', 'nothing'],
	])('%s room: %s', async (room, expected) => {
		let sealed = false;
		const onSeal = () => {
			sealed = true;
		};
		expect(await code(post(kind, room, { onSeal }))).toBe(expected);
		expect(sealed).toBe(expected === 'nothing');
		expect(recorder.sent().filter(({ text }) => text.includes('<message'))).toHaveLength(expected === 'nothing' ? 1 : 0);
	});

	test('a taken nick: a third word, and another one each time, five names at most', async () => {
		const words = ['maple', 'river', 'stone', 'stone', 'stone', 'cloud'];
		await watching(prosody, 'open', async (bob) => {
			const alice = await prosody.logIn('alice');
			await bob.join(`open@${muc}`, 'Anonymous maple river');
			await alice.join(`open@${muc}`, 'Anonymous maple river stone');
			const { sealed } = await post(kind, 'open', { words });
			const nicks = recorder.sent().flatMap(({ text }) => [...text.matchAll(/\/(Anonymous [a-z ]+)"><x/g)].map(([, nick]) => nick));
			const tried = ['', ' stone', ' stone', ' stone', ' cloud'].map((third) => `Anonymous maple river${third}`);
			expect(nicks).toEqual(tried);
			await bob.wait(new RegExp(sealed.id));
			expect(await code(post(kind, 'open', { words: words.slice(0, 5) }))).toBe('nick-conflict');
			alice.close();
		});
	});

	test('a room that vanishes between the look and the join is not left behind', async () => {
		const name = `vanishing-${kind}`;
		const jid = `${name}@${muc}`;
		const alice = await prosody.logIn('alice');
		await alice.join(jid, 'alice');
		const form = `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field><field var='muc#roomconfig_persistentroom'><value>0</value></field></x>`;
		await alice.iq('set', jid, `<query xmlns='http://jabber.org/protocol/muc#owner'>${form}</query>`);
		recorder.roundTrip = 100;
		let left = false;
		recorder.fault = {
			kind: 'cut',
			when: (direction, text) => {
				// while the room's answer is still on its way, the last person leaves and the room ends
				if (direction === 'in' && text.includes('muc_unmoderated') && !left) {
					left = true;
					alice.leave(jid, 'alice');
				}
				return false;
			},
		};
		expect(await code(post(kind, name))).toBe('room-gone');
		expect(left).toBe(true);
		const sent = (part: string) => recorder.sent().some(({ text }) => text.includes(part));
		expect(sent('<presence')).toBe(true);
		await expect.poll(() => sent('<destroy')).toBe(true);
		const look = () => alice.iq('get', jid, `<query xmlns='http://jabber.org/protocol/disco#info'/>`);
		await expect.poll(() => look().catch((thrown: Error) => thrown.message)).toMatch(/gone|not-found/);
		expect(sent('<message')).toBe(false);
		alice.close();
	});

	test('server down, cut off, hanging: before the seal a plain fault, after it unknown', async () => {
		recorder.fault = { kind: 'refuse' };
		expect(await code(post(kind, 'open'))).toBe('server-down');
		recorder.fault = { kind: 'cut', when: (direction, text) => direction === 'out' && text.includes('ANONYMOUS') };
		expect(await code(post(kind, 'open'))).toBe('server-down');
		recorder.fault = { kind: 'cut', when: (direction, text) => direction === 'out' && text.includes('<message') };
		expect(await code(post(kind, 'open'))).toBe('outbox-unsure');
		recorder.fault = { kind: 'cut', when: (direction, text) => direction === 'in' && text.includes('<anonymous') };
		expect(await code(post(kind, 'open'))).toBe('outbox-unsure');
		/** hangs there, and is given up a little later */
		const hanging = (when: (direction: Direction, text: string) => boolean) => {
			const patience = new AbortController();
			const struck = (direction: Direction, text: string) => {
				const hit = when(direction, text);
				if (hit) setTimeout(() => patience.abort(), 200);
				return hit;
			};
			recorder.fault = { kind: 'hang', when: struck };
			return patience.signal;
		};
		const atJoin = hanging((direction, text) => direction === 'out' && text.includes('maxstanzas'));
		expect(await code(post(kind, 'open', { signal: atJoin }))).toBe('cancelled');
		const atEcho = hanging((direction, text) => direction === 'in' && text.includes('<anonymous'));
		expect(await code(post(kind, 'open', { signal: atEcho }))).toBe('outbox-unsure');
		expect(await code(post(kind, 'open', { signal: AbortSignal.abort() }))).toBe('cancelled');
	});

	test('a server that never answers is given up after ten seconds', async () => {
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
		let passed = 0;
		// time begins to pass when the server has been asked
		let clock: ReturnType<typeof setInterval> | undefined;
		recorder.fault = {
			kind: 'hang',
			when(direction) {
				if (direction !== 'out') return false;
				clock ??= setInterval(() => {
					passed += 500;
					vi.advanceTimersByTime(500);
				}, 10);
				return true;
			},
		};
		try {
			expect(await code(post(kind, 'open'))).toBe('timed-out');
			expect(passed).toBeGreaterThan(9_000);
			expect(passed).toBeLessThan(14_000);
		} finally {
			clearInterval(clock);
			vi.useRealTimers();
		}
	});

	// Prosody's BOSH has no such limit
	test.runIf(kind === 'websocket')('a stanza that is too large is refused by the server’s own word', async () => {
		expect(await code(post(kind, 'open', { text: 'x'.repeat(30_000) }))).toBe('policy-violation');
	});

	test('the gate stops bytes that are not what was sealed', async () => {
		expect(await code(post(kind, 'open', { wire: 'short' }))).toBe('gate-refused');
		expect(recorder.sent().some(({ text }) => text.includes('<message'))).toBe(false);
	});

	test('two messages share nothing that the server or the room sees (THREATS.md I4d)', () =>
		watching(prosody, 'non-anonymous', async (bob) => {
			const sent: string[][] = [];
			const seen: string[][] = [];
			const ports: number[][] = [];
			for (let round = 0; round < 2; round++) {
				recorder.clear();
				const from = bob.received.length;
				const { sealed } = await post(kind, 'non-anonymous', { text: 'same words' });
				await bob.wait(new RegExp(`id='${sealed.id}'`));
				const left = /Anonymous [a-z ]+'[^>]*type='unavailable'|type='unavailable'[^>]*Anonymous/;
				await expect.poll(() => bob.received.slice(from).some((frame) => left.test(frame))).toBe(true);
				sent.push(recorder.sent().map(({ text }) => text));
				// without the address of the one who looks on
				seen.push(bob.received.slice(from).map((frame) => frame.replaceAll(bob.jid, '')));
				ports.push(recorder.connections.filter(({ exchanges }) => exchanges.length > 0).map(({ sourcePort }) => sourcePort));
			}
			// values that name somebody: what stays the same in both must be on the short list of constants
			const values = (texts: string[]) => new Set(texts.join('').match(/[A-Za-z0-9_-]{4,}/g));
			const common = (lists: string[][]) => {
				const [one, other] = lists.map(values);
				return [...(one ?? [])].filter((value) => other?.has(value));
			};
			const constant = (value: string) => allowed.has(value);
			expect(common(sent).filter((value) => !constant(value))).toEqual([]);
			expect(common(seen).filter((value) => !constant(value))).toEqual([]);
			expect(ports[0]?.filter((port) => ports[1]?.includes(port))).toEqual([]);
		}));
});

/** every word that two anonymous messages of the same text have in common: names of the protocols, of the server and of the room */
const allowed = new Set(
	[
		'xmlns http jabber protocol httpbind xmpp xbosh urn version wait hold anon chat test ietf params sasl framing open close auth mechanism ANONYMOUS',
		'restart true body client type bind disco info query time presence history maxstanzas message groupchat anonymous bauta terminate unavailable',
		'non-anonymous Anonymous x-bauta same words xmpp-bind xmpp-sasl xmpp-framing',
		'xmpp-streams from bob lang occupant-id occupant stanza-id item affiliation none role participant status code user',
	].flatMap((line) => line.split(' ')),
);

describe('round trips', () => {
	test.each<[Kind, number]>([
		['bosh', 8],
		['websocket', 11],
	])('over %s from nothing to the message: %i', async (kind, most) => {
		await post(kind, 'open');
		// the Node channel makes a connection for every request, and no look before a WebSocket
		const connections = kind === 'bosh' ? 5 : -2;
		let left = 0;
		recorder.fault = {
			kind: 'cut',
			when: (direction, text) => {
				if (direction === 'in' && text.includes('<anonymous') && left === 0) left = Date.now();
				return false;
			},
		};
		// a busy machine only ever adds to a time: the longer the round trip, the less that counts
		let trips = Number.POSITIVE_INFINITY;
		for (const roundTrip of [250, 250, 500, 1000, 2000]) {
			if (trips - connections < most) break;
			recorder.roundTrip = roundTrip;
			left = 0;
			const started = Date.now();
			await post(kind, 'open');
			trips = Math.min(trips, (left - started) / roundTrip);
		}
		expect(trips - connections).toBeLessThan(most);
		expect(trips).toBeGreaterThan(5);
	});
});

describe('archive', () => {
	const read = async (name: string, limit: number) => {
		const channel = nodeChannel();
		try {
			return await transport.readArchive(roomId(name), access('bosh'), channel, limit, AbortSignal.timeout(150_000));
		} finally {
			channel.close();
		}
	};

	test('the newest messages with an envelope, oldest first, without joining', async () => {
		const jid = await prosody.room('archived');
		const alice = await prosody.logIn('alice');
		await alice.join(jid, 'alice');
		const say = (id: string, envelope: string) =>
			alice.send(writeXml(groupMessage(jid, id, `text ${escapeXml(id)}`, envelope, '')).replace(/<anonymous[^>]*><\/anonymous>/, ''));
		for (let index = 0; index < 260; index++) say(`m${index}`, index % 26 === 0 ? randomB64() : '');
		await alice.iq('get', 'chat.test', writeXml(askTime('t', 'chat.test')).replace(/^<iq[^>]*>|<\/iq>$/g, ''));
		await alice.wait(/'m259'/);
		recorder.clear();
		const { messages: all, shown } = await read('archived', 50);
		expect(shown).toHaveLength(260);
		expect(shown.at(-1)).toMatchObject({ author: 'alice', excerpt: 'text m259', anonymous: false });
		expect(shown[26 * 9]).toMatchObject({ author: 'alice', excerpt: 'text m234', anonymous: true });
		expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 10 }, (_, index) => `m${index * 26}`));
		expect(
			all.every(({ archiveId, author, time }) => archiveId !== '' && author === `${jid}/alice` && Math.abs(time - Date.now() / 1000) < 20),
		).toBe(true);
		expect((await read('archived', 3)).messages.map(({ id }) => id)).toEqual(['m182', 'm208', 'm234']);
		expect(recorder.sent().some(({ text }) => text.includes('<presence'))).toBe(false);
		alice.close();
	});

	test('a room without an archive, a closed room and none at all are told apart', async () => {
		expect(await code(read('no-archive', 5))).toBe('server-refused');
		expect(await code(read('members-only', 5))).toBe('room-members-only');
		expect(await code(read('nowhere', 5))).toBe('room-gone');
	});
});
