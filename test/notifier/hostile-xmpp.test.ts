import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { until } from '../until.ts';
import { followTopics, newSecret, startPushService, startTestNotifier } from './setting.ts';

// An XMPP server that is no good to its guests.

const room = 'garden@muc.chat.test';
const topic = `xmpp:${room}`;
const open: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of open.splice(0).reverse()) await close();
});

const features = (inside: string) => `<features xmlns='http://etherx.jabber.org/streams'>${inside}</features>`;
const anonymous = "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>ANONYMOUS</mechanism></mechanisms>";
const success = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";
const result = (id: string, inside = '') => `<iq xmlns='jabber:client' type='result' id='${id}' from='${room}'>${inside}</iq>`;
const about = `<query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text'/><feature var='urn:xmpp:mam:2'/></query>`;
const fin = "<fin xmlns='urn:xmpp:mam:2' complete='true'/>";
/** A message of the archive. `outer`, `inner`: whom it says that it is from; `query`: which question it says that it answers. */
const archived = (id: string, query: string, outer = room, inner = `${room}/bob`) =>
	`<message xmlns='jabber:client' from='${outer}'><result xmlns='urn:xmpp:mam:2' queryid='${query}' id='${id}'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-11-30T12:00:00Z'/><message xmlns='jabber:client' type='groupchat' from='${inner}'><body>hello</body></message></forwarded></result></message>`;

/** A message of an occupant, or of the room. */
const said = (from: string, inside: string, type = 'groupchat') =>
	`<message xmlns='jabber:client' type='${type}' from='${from}'>${inside}</message>`;

interface Behaviour {
	features: string;
	auth: string;
	info(id: string): string;
	/** frames before the end of an archive's answer. `look`: how often it was asked before; `most`: how many it may say */
	archive(id: string, look: number, most: number): string[];
}
const usual: Behaviour = { features: features(anonymous), auth: success, info: (id) => result(id, about), archive: () => [] };

async function follow(changes: Partial<Behaviour>, way = 'archive') {
	const behaviour = { ...usual, ...changes };
	let looks = 0;
	let guest: WebSocket | null = null;
	const server = createServer();
	const sockets = new WebSocketServer({ server, handleProtocols: () => 'xmpp' });
	sockets.on('connection', (socket) => {
		let isIn = false;
		guest = socket;
		socket.on('error', () => {});
		socket.on('message', (data) => {
			const stanza = String(data);
			const [, id = ''] = /\bid="([^"]+)"/.exec(stanza) ?? [];
			if (stanza.startsWith('<open')) socket.send(isIn ? features('') : behaviour.features);
			else if (stanza.startsWith('<auth')) {
				isIn = true;
				socket.send(behaviour.auth);
			} else if (stanza.includes('disco#info')) socket.send(behaviour.info(id));
			else if (stanza.includes('urn:xmpp:mam:2')) {
				const [, most = ''] = /<max>(\d+)</.exec(stanza) ?? [];
				for (const frame of behaviour.archive(id, looks++, Number(most))) socket.send(frame);
				socket.send(result(id, fin));
			} else if (stanza.startsWith('<iq')) socket.send(result(id));
			else if (stanza.startsWith('<presence') && !stanza.includes('unavailable')) {
				const [, occupant = ''] = /\bto="([^"]+)"/.exec(stanza) ?? [];
				socket.send(`<presence xmlns='jabber:client' from='${occupant}'/>`);
				socket.send(said(room, '<subject>roses</subject>'));
			}
		});
	});
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	open.push(() => {
		for (const socket of sockets.clients) socket.terminate();
		server.closeAllConnections();
		return new Promise((done) => server.close(done));
	});
	const websocket = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
	const phone = await startPushService();
	const xmpp = [{ rooms: 'muc.chat.test', websocket, guests: 'anon.chat.test', pollSeconds: 10, way }];
	const notifier = await startTestNotifier([newSecret(), newSecret()], { xmpp });
	open.push(phone.close, notifier.stop);
	const register = await followTopics(notifier, phone, [topic]);
	const becomes = (state: string) =>
		until(async () => {
			notifier.clock.pass(1000);
			return ((await register()).body.rooms as { state: string }[])[0]?.state === state;
		}, state);
	/** as often as its archive is to be read again */
	const read = async (times: number) => {
		for (const all = looks + times; looks < all; ) {
			notifier.clock.pass(11_000);
			const before = looks;
			await until(() => looks > before, 'the archive to be read');
		}
		await register();
		await notifier.endWindow();
		return phone.pushes.length;
	};
	/** sends what comes unasked, and tells what the phone has heard of it */
	const ringsFor = async (stanza: string) => {
		phone.pushes.splice(0);
		guest?.send(stanza);
		// an answer to a ping is behind it
		const pong = new Promise((heard) => guest?.once('pong', heard));
		guest?.ping();
		await pong;
		await register();
		await notifier.endWindow();
		return phone.pushes.length;
	};
	const pass = (ms: number) => notifier.clock.pass(ms);
	return { becomes, read, ringsFor, pass };
}

it.each<[string, Partial<Behaviour>, string]>([
	['lets no guest in', { features: features('') }, 'refused'],
	['refuses the login', { auth: "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>" }, 'refused'],
	['speaks no XML', { features: '<<<' }, 'unreachable'],
	['sends what stanzas have not', { features: '<!DOCTYPE x><x/>' }, 'unreachable'],
	[
		'has no such room',
		{
			info: (id) =>
				result(id)
					.replace("type='result'", "type='error'")
					.replace(
						'></iq>',
						`><error xmlns='jabber:client' type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
					),
		},
		'gone',
	],
	['says that it is a person', { info: (id) => result(id, about.replace('conference', 'account')) }, 'closed'],
	['keeps no archive', { info: (id) => result(id, about.replace('urn:xmpp:mam:2', 'x')) }, 'no-archive'],
	['floods', { archive: (id) => Array<string>(13_000).fill(archived('x', id)) }, 'flooding'],
	[
		'floods with little, and long',
		{ archive: (id) => Array<string>(10).fill(archived('x', id).replace('hello', 'x'.repeat(900_000))) },
		'flooding',
	],
])('that %s is told of as %s', async (_, changes, state) => {
	const { becomes } = await follow(changes);
	await becomes(state);
});

it('counts what its archive shows after the first look, and none of its lies', async () => {
	const lies = (id: string) => [
		archived('a', id, 'other@muc.chat.test', 'other@muc.chat.test/bob'),
		archived('b', id, room, 'other@muc.chat.test/bob'),
		archived('c', 'another question'),
		archived('d', id, room, room),
		archived('not an id', id),
		'<message xmlns="jabber:client" type="groupchat" from="garden@muc.chat.test/bob"><body>live, though nobody is in</body></message>',
	];
	const { becomes, read } = await follow({
		archive: (id, look) => [archived('0', id), ...(look === 1 || look === 2 ? lies(id) : []), ...(look > 2 ? [archived('1', id)] : [])],
	});
	await becomes('watching');
	expect(await read(2)).toBe(0);
	expect(await read(2)).toBe(1);
	// the same message is there each time
	expect(await read(2)).toBe(1);
});

it('reads on where somebody has said much at once: as long a stanza as servers take, fifty times', async () => {
	const ids: string[] = Array.from({ length: 50 }, (_, at) => `m${at}`);
	let isQuiet = true;
	const { becomes, read } = await follow({
		archive: (id, _, most) =>
			[...ids, ...(isQuiet ? [] : ['new'])].slice(-most).map((each) => archived(each, id).replace('hello', 'x'.repeat(250_000))),
	});
	await becomes('watching');
	expect(await read(2)).toBe(0);
	isQuiet = false;
	expect(await read(2)).toBe(1);
	expect(await read(2)).toBe(1);
});

it('rings in a room without an archive as a guest, whom no occupant can put out', async () => {
	const { becomes, ringsFor } = await follow({}, 'guest');
	await becomes('watching');
	expect(await ringsFor(said(`${room}/bob`, '<body>hello</body>'))).toBe(1);
	for (const [inside, type] of [
		['<subject>no-anonymous</subject>', 'chat'],
		['<subject>no-anonymous</subject><body>x</body>', 'groupchat'],
		['<error/>', 'error'],
		['<body>in private</body>', 'chat'],
	])
		await ringsFor(said(`${room}/mallory`, inside ?? '', type));
	expect(await ringsFor(said(`${room}/bob`, '<body>hello</body>'))).toBe(1);
	expect(await ringsFor(said(room, '<subject>no-anonymous</subject>'))).toBe(0);
	await becomes('no-anonymous');
});

it('reads a room no more that says no-anonymous later', async () => {
	let words = '';
	const form = () =>
		`<x xmlns='jabber:x:data' type='result'><field var='muc#roominfo_description'><value>${words}</value></field></x></query>`;
	const { becomes, pass } = await follow({ info: (id) => result(id, about.replace('</query>', form())) });
	await becomes('watching');
	words = 'no-anonymous';
	pass(3_600_000);
	await becomes('no-anonymous');
});
