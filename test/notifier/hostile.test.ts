import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { finalizeEvent, generateSecretKey } from 'nostr-tools/pure';
import { afterEach, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { BackOff, usualPatience } from '../../notifier/sources/back-off.ts';
import { filtersFor } from '../../notifier/sources/nostr.ts';
import { until } from '../until.ts';
import { followTopics, newSecret, startPushService, startTestNotifier } from './setting.ts';

// A server that is gone, lies or floods: bounded, said of the room, and no harm to the other rooms.

const channel = 'ab'.repeat(32);
const room = `nostr:28:${channel}`;
const open: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of open.splice(0).reverse()) await close();
});

/** A relay that says what a test has it say. `request`: the name that the notifier asks under. */
async function startFalseRelay(behave: (socket: WebSocket, request: string) => void) {
	const connections: number[] = [];
	const requests: string[] = [];
	const rules = { isDown: false };
	const server = createServer();
	const sockets = new WebSocketServer({ server });
	sockets.on('connection', (socket) => {
		connections.push(performance.now());
		if (rules.isDown) socket.terminate();
		socket.on('error', () => {});
		socket.on('message', (data) => {
			const [verb, request] = JSON.parse(String(data)) as string[];
			if (verb !== 'REQ') return;
			requests.push(String(data));
			behave(socket, request ?? '');
		});
	});
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	open.push(() => {
		for (const socket of sockets.clients) socket.terminate();
		server.closeAllConnections();
		return new Promise((done) => server.close(done));
	});
	return {
		url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		connections,
		requests,
		rules,
		cut() {
			for (const socket of sockets.clients) socket.terminate();
		},
	};
}

async function follow(relays: string[], topics = [room], changes = {}) {
	const phone = await startPushService();
	const secret = newSecret();
	const notifier = await startTestNotifier([secret], { nostr: { relays }, ...changes });
	open.push(phone.close, notifier.stop);
	const register = await followTopics(notifier, phone, topics);
	const states = async () => {
		// sixty requests a minute are answered
		notifier.clock.pass(1000);
		return ((await register()).body.rooms as { state: string }[]).map(({ state }) => state);
	};
	const becomes = (state: string, at = 0) => until(async () => (await states())[at] === state, state);
	return { notifier, phone, states, becomes };
}

/** `ahead`: s. What is dated before the subscription does not count, and a busy machine takes its time until it is made. */
const event = (tags = [['e', channel, '', 'root']], kind = 42, ahead = 300) =>
	finalizeEvent({ kind, created_at: Math.floor(Date.now() / 1000) + ahead, tags, content: 'x' }, generateSecretKey());

it('tries a relay that is gone later each time, and says so', async () => {
	const relay = await startFalseRelay((socket) => socket.terminate());
	const { becomes } = await follow([relay.url]);
	await becomes('unreachable');
	await until(() => relay.connections.length >= 5, 'five tries');
	const gaps = relay.connections.slice(1).map((at, index) => at - (relay.connections[index] ?? 0));
	// half of what is waited for is by chance: 25 to 50 ms, 50 to 100, 100 to 200, 200 to 400
	expect(gaps.slice(0, 4).map((gap, index) => gap >= 25 * 2 ** index - 5)).toEqual([true, true, true, true]);
});

it('asks a relay that was gone for what was written meanwhile', async () => {
	const relay = await startFalseRelay((socket, request) => socket.send(JSON.stringify(['EOSE', request])));
	const { notifier, becomes } = await follow([relay.url]);
	await becomes('watching');
	relay.rules.isDown = true;
	relay.cut();
	await becomes('unreachable');
	const lostAt = notifier.clock.now() / 1000;
	notifier.clock.jump(3_600_000);
	const tries = relay.connections.length;
	await until(() => relay.connections.length > tries + 1, 'further tries in vain');
	const before = relay.requests.length;
	relay.rules.isDown = false;
	await until(() => relay.requests.length > before, 'the notifier to come back');
	const [, , { since }] = JSON.parse(relay.requests.at(-1) ?? '') as [string, string, { since: number }];
	// ten minutes more, as clocks differ
	expect(lostAt - since).toBeGreaterThan(590);
	expect(lostAt - since).toBeLessThan(700);
});

it('has one relay that is there do for a room', async () => {
	const gone = await startFalseRelay((socket) => socket.terminate());
	const good = await startFalseRelay((socket, request) => socket.send(JSON.stringify(['EOSE', request])));
	const { becomes } = await follow([gone.url, good.url]);
	await becomes('watching');
});

it('says that a relay refuses where it wants a login', async () => {
	const relay = await startFalseRelay((socket, request) => socket.send(JSON.stringify(['CLOSED', request, 'auth-required: no'])));
	const { becomes } = await follow([relay.url]);
	await becomes('refused');
});

it('reads on what a relay lets it read, where it refuses one room of many', async () => {
	const other = `nostr:28:${'cd'.repeat(32)}`;
	const relay = await startFalseRelay((socket, request) => {
		const [, , ...filters] = JSON.parse(relay.requests.at(-1) ?? '') as [string, string, ...Record<string, string[]>[]];
		const isGroup = filters.some((filter) => filter['#h']);
		if (!isGroup) socket.send(JSON.stringify(['EVENT', request, event()]));
		socket.send(JSON.stringify(isGroup ? ['CLOSED', request, 'auth-required: members alone'] : ['EOSE', request]));
	});
	const rooms = [room, `nostr:29:${new URL(relay.url).host}'g`, other];
	const { notifier, phone, becomes, states } = await follow([relay.url], rooms);
	await becomes('refused', 1);
	await becomes('watching', 2);
	expect(await states()).toEqual(['watching', 'refused', 'watching']);
	await notifier.endWindow();
	expect(phone.pushes).toHaveLength(1);
	expect(relay.connections).toHaveLength(1);
});

it('leaves a relay that refuses all of many rooms, and does not go on asking it', async () => {
	const relay = await startFalseRelay((socket, request) => socket.send(JSON.stringify(['CLOSED', request, 'blocked: no'])));
	const rooms = Array.from({ length: 150 }, (_, at) => `nostr:28:${at.toString(16).padStart(64, '0')}`);
	const { becomes, states } = await follow([relay.url], rooms);
	await becomes('refused');
	await until(async () => (await states()).every((state) => state === 'refused'), 'all of them');
	const connections = () => relay.connections.length;
	expect(relay.requests.length / connections()).toBeLessThan(130);
});

it('takes nothing from a relay that lies', async () => {
	const frames = (request: string) => [
		// another room's, another kind, a request that nobody made, no signature, a text that was changed, no frame at all
		['EVENT', request, event([['e', 'cd'.repeat(32), '', 'root']])],
		['EVENT', request, event(undefined, 1)],
		['EVENT', 'never-asked', event()],
		['EVENT', request, { ...event(), sig: 'f'.repeat(128) }],
		['EVENT', request, { ...event(), content: 'changed' }],
		['EVENT', request, { ...event(), tags: 'none' }],
		['EVENT', request],
		'{}',
		['EOSE', request],
	];
	const relay = await startFalseRelay((socket, request) => {
		for (const frame of frames(request)) socket.send(JSON.stringify(frame));
	});
	const { notifier, phone, becomes } = await follow([relay.url]);
	await becomes('watching');
	await notifier.endWindow();
	expect(phone.pushes).toEqual([]);
});

it('counts an event once, however often and from however many relays it comes', async () => {
	// so far ahead that it would count in the next window, too
	const one = event(undefined, undefined, 800);
	const say = (socket: WebSocket, request: string) => {
		for (let at = 0; at < 3; at++) socket.send(JSON.stringify(['EVENT', request, one]));
		socket.send(JSON.stringify(['EOSE', request]));
	};
	const relays = [await startFalseRelay(say), await startFalseRelay(say)];
	const topics = [room];
	const { notifier, phone, states, becomes } = await follow(
		relays.map(({ url }) => url),
		topics,
		{ digestMinutes: 15 },
	);
	const endWindow = () => {
		notifier.clock.pass(900_000);
		return notifier.tick();
	};
	await becomes('watching');
	await until(() => relays.every(({ requests }) => requests.length > 0), 'both relays');
	await states();
	await endWindow();
	expect(phone.pushes).toHaveLength(1);
	// a further room is asked for, so the relays say it again, in the next window
	const asked = relays.map(({ requests }) => requests.length);
	await notifier.ask('Subscribe', { installationId: 'a', topics: [`nostr:28:${'cd'.repeat(32)}`] });
	await until(() => relays.every(({ requests }, at) => requests.length > (asked[at] ?? 0)), 'both relays once more');
	await states();
	await states();
	await endWindow();
	expect(phone.pushes).toHaveLength(1);
});

it('takes no forgery for the event whose id it names, and leaves a relay that sends many', async () => {
	const one = event();
	const forgeries = [{ ...one, content: 'changed' }];
	const liar = await startFalseRelay((socket, request) => {
		for (const forgery of forgeries) socket.send(JSON.stringify(['EVENT', request, forgery]));
		socket.send(JSON.stringify(['EOSE', request]));
	});
	let isSaid = false;
	const good = await startFalseRelay((socket, request) => {
		if (isSaid) socket.send(JSON.stringify(['EVENT', request, one]));
		socket.send(JSON.stringify(['EOSE', request]));
	});
	const { notifier, phone, becomes } = await follow([liar.url, good.url], [room, `nostr:29:${new URL(liar.url).host}'g`]);
	await becomes('watching', 1);
	isSaid = true;
	for (let at = 0; at < 61; at++) forgeries.push({ ...event(), content: 'changed' });
	const asked = good.requests.length;
	await notifier.ask('Subscribe', { installationId: 'a', topics: [`nostr:28:${'cd'.repeat(32)}`] });
	await until(() => good.requests.length > asked, 'both relays to be asked once more');
	await becomes('flooding', 1);
	await notifier.endWindow();
	expect(phone.pushes).toHaveLength(1);
});

it('leaves a relay that floods, for the longest time there is, and goes on with others', async () => {
	const flood = await startFalseRelay((socket, request) => {
		for (let at = 0; at < 13_000; at++) socket.send(JSON.stringify(['NOTICE', `${request} ${at}`]));
	});
	const host = new URL(flood.url).host;
	const good = await startFalseRelay((socket, request) => socket.send(JSON.stringify(['EOSE', request])));
	const { becomes, states } = await follow([flood.url, good.url], [room, `nostr:29:${host}'g`]);
	await becomes('flooding', 1);
	expect(await states()).toEqual(['watching', 'flooding']);
});

it('asks a relay that has flooded for nothing that was written before: anybody in a room can have it store a flood', async () => {
	const one = event();
	const begun = Math.floor(Date.now() / 1000);
	let isFull = false;
	const sinceOf = (request: string | undefined) => (JSON.parse(request ?? '') as [string, string, { since: number }])[2].since;
	const relay = await startFalseRelay((socket, request) => {
		if (isFull && sinceOf(relay.requests.at(-1)) < begun)
			for (let at = 0; at < 13_000; at++) socket.send(JSON.stringify(['EVENT', request, one]));
		socket.send(JSON.stringify(['EOSE', request]));
	});
	const { becomes } = await follow([relay.url]);
	await becomes('watching');
	isFull = true;
	relay.cut();
	await becomes('flooding');
	const before = relay.requests.length;
	await until(() => relay.requests.length > before, 'the notifier to come back');
	expect(sinceOf(relay.requests.at(-1))).toBeGreaterThanOrEqual(begun);
	await becomes('watching');
});

it('ends a connection over a frame of more than a mebibyte', async () => {
	const relay = await startFalseRelay((socket, request) => socket.send(JSON.stringify(['NOTICE', request.padEnd(2 ** 20, 'x')])));
	const { becomes } = await follow([relay.url]);
	await becomes('unreachable');
	await until(() => relay.connections.length > 1, 'the next try');
	// after the longest wait there is, 200 to 400 ms here, and not the first, 25 to 50
	expect((relay.connections[1] ?? 0) - (relay.connections[0] ?? 0)).toBeGreaterThan(190);
});

it('waits longer with each failure up to ten minutes, and begins anew after a connection that lasted', () => {
	const backOff = new BackOff(usualPatience);
	const longest = Array.from({ length: 20 }, () => backOff.failed(0));
	for (const [at, wait] of longest.entries()) {
		const whole = Math.min(600_000, 2000 * 2 ** at);
		expect(wait).toBeGreaterThanOrEqual(whole / 2);
		expect(wait).toBeLessThanOrEqual(whole);
	}
	backOff.connected(0);
	expect(backOff.failed(59_999)).toBeGreaterThan(250_000);
	backOff.connected(100_000);
	expect(backOff.failed(160_000)).toBeLessThanOrEqual(2000);
	expect(backOff.failed(160_000, true)).toBeGreaterThanOrEqual(300_000);
});

it('asks for a thousand rooms in few requests', () => {
	const hex = (at: number) => at.toString(16).padStart(64, '0');
	const rooms = Array.from({ length: 1000 }, (_, at) => ({ nip: '28' as const, value: hex(at) }));
	const filters = filtersFor([...rooms, { nip: '29', value: "relay.example'g" }, { nip: '22', value: 'I:https://a.example/' }], 7);
	expect(filters).toHaveLength(12);
	expect(filters.flatMap((filter) => filter['#e'] ?? [])).toHaveLength(1000);
	expect(filters.at(-1)).toEqual({ kinds: [1111], since: 7, '#I': ['https://a.example/'] });
});
