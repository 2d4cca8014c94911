import { finalizeEvent, generateSecretKey } from 'nostr-tools/pure';
import { afterEach, describe, expect, it } from 'vitest';
import { BautaError } from '../../../src/messages/errors.ts';
import type { Channel } from '../../../src/networks/channel/channel.ts';
import type { Hints } from '../../../src/networks/network.ts';
import { groupRelay, namedRelays, ownerRelays, pageRelays } from '../../../src/networks/nostr/relays.ts';
import { traffic } from '../../../src/networks/nostr/traffic.ts';
import { roomOfId } from '../../../src/networks/nostr/wire/room.ts';
import { type RelayRules, startRelay, type TestRelay } from '../../servers/relay.ts';
import { directChannel } from './direct-channel.ts';

const relays: TestRelay[] = [];
afterEach(async () => {
	await Promise.all(relays.splice(0).map((relay) => relay.close()));
});
async function start(rules: Partial<RelayRules> = {}): Promise<TestRelay> {
	const relay = await startRelay(rules);
	relays.push(relay);
	return relay;
}
const probe = (room: string, hints: Partial<Hints>, channel: Channel = directChannel()) =>
	traffic.transport.probe(room, { origin: 'http://127.0.0.1', ...hints }, channel, new AbortController().signal);
const owner = generateSecretKey();
const event = (kind: number, content: string, tags: string[][] = [], key = owner) =>
	finalizeEvent({ kind, content, tags, created_at: Math.floor(Date.now() / 1000) - 100 }, key);
const group = (relay: TestRelay, name = 'lab') => `nostr:29:127.0.0.1:${relay.port}'${name}`;

describe('a group (NIP-29)', () => {
	const states: [string, string[][], string][] = [
		['open', [['name', 'Lab']], ''],
		['restricted', [['restricted']], 'group-join-unasked'],
		['as relay29 has them', [['public'], ['open']], 'group-join-unasked'],
		['restricted and closed', [['restricted'], ['closed']], 'group-members-only'],
		['closed', [['closed']], 'group-members-only'],
		['private', [['private']], 'group-private'],
		['asking to be left alone', [['about', 'friends, no-anonymous please']], 'room-no-anonymous'],
		['asking so in capitals', [['about', 'Friends. No-Anonymous.']], 'room-no-anonymous'],
		[
			'whose name merely looks like it',
			[
				['name', 'casino-anonymous'],
				['about', 'no-anonymously'],
			],
			'',
		],
		['without text', [['supported_kinds']], 'group-no-chat'],
	];
	it.each(states)('%s', async (_, tags, reason) => {
		const relay = await start({ groups: { lab: { tags, members: [] } } });
		const access = await probe(group(relay), {});
		expect(access).toMatchObject(reason ? { open: false, reason } : { open: true, modes: ['one-time', 'persona', 'no-trace'] });
	});

	it('where only members write is open to whoever lets each message’s key join; where nobody is let in it stays closed', async () => {
		const relay = await start({
			groups: { lab: { tags: [['restricted']], members: [] }, shut: { tags: [['restricted'], ['closed']], members: [] } },
		});
		expect(await probe(group(relay), { join: 'yes' })).toMatchObject({ open: true, route: { join: true } });
		expect(await probe(group(relay, 'shut'), { join: 'yes' })).toMatchObject({ open: false, reason: 'group-members-only' });
		expect(relay.said('EVENT')).toEqual([]);
	});

	it('that is not there', async () => {
		expect(await probe(group(await start()), {})).toMatchObject({ open: false, reason: 'room-gone' });
	});

	it('is looked at without a login and without writing', async () => {
		const relay = await start({ auth: 'offered', groups: { lab: { tags: [], members: [] } } });
		await probe(group(relay), {});
		const verbs = relay.frames.filter((frame) => frame.direction === 'in').map((frame) => JSON.parse(frame.data)[0]);
		expect(verbs).toContain('REQ');
		expect(verbs.filter((verb) => verb !== 'REQ' && verb !== 'CLOSE')).toEqual([]);
	});
});

describe('relays', () => {
	it('those that the channel names, or its owner’s, then the page’s', async () => {
		const [seen, named, ownersRelay] = [await start(), await start(), await start()];
		const plain = event(40, JSON.stringify({ name: 'plain' }));
		const naming = event(40, JSON.stringify({ name: 'naming', relays: [named.url] }));
		await seen.add(plain);
		await seen.add(naming);
		await seen.add(
			event(10002, '', [
				['r', ownersRelay.url],
				['r', 'wss://write.only.test', 'write'],
			]),
		);
		const relaysOf = async (room: string) => {
			const access = await probe(`nostr:28:${room}`, { relays: [seen.url] });
			return access.open ? access.route.relays : access;
		};
		expect(await relaysOf(naming.id)).toEqual([named.url, seen.url]);
		expect(await relaysOf(plain.id)).toEqual([ownersRelay.url, seen.url]);
	});

	it('the user’s own win over all', async () => {
		const [seen, own] = [await start(), await start()];
		const access = await probe(`nostr:28:${'1'.repeat(64)}`, { relays: [seen.url], ownRelays: [own.url] });
		expect(access).toMatchObject({ open: true, route: { relays: [own.url] } });
		expect(seen.handshakes).toEqual([]);
	});

	it('by a page’s word: plain addresses on its own host; any other is asked about, and none is told who listens', async () => {
		const seen = await start();
		const room = `nostr:28:${'1'.repeat(64)}`;
		const strange = `wss://relay.test:${seen.port}/`;
		const told = [`${seen.url}?npub=alice`, `${seen.url}alice`, `${seen.url}#alice`, strange];
		expect(await probe(room, { relays: told })).toMatchObject({ open: true, route: { relays: [seen.url] } });
		expect(JSON.stringify([seen.handshakes, seen.frames])).not.toContain('alice');
		const from = { origin: 'https://chat.example', relays: [seen.url, strange, strange] };
		const hosts = [`127.0.0.1:${seen.port}`, `relay.test:${seen.port}`];
		const before = seen.handshakes.length;
		expect(await probe(room, from)).toEqual({
			open: false,
			reason: 'route-unasked',
			detail: '',
			ask: hosts.map((host, at) => `${at ? 'wss' : 'ws'}://${host}`),
		});
		expect(await probe(room, { ...from, answers: { [hosts[0] as string]: false, [hosts[1] as string]: false } })).toMatchObject({
			reason: 'no-relay',
		});
		expect(seen.handshakes.length).toBe(before);
		expect(await probe(room, { ...from, answers: { [hosts[0] as string]: true } })).toMatchObject({ open: true, by: hosts.slice(0, 1) });
	});

	it('that are not encrypted count on the user’s own machine alone, or by a page that could reach them itself', async () => {
		const seen = await start();
		const naming = event(40, JSON.stringify({ relays: ['ws://open.example', 'WS://open.example:80', 'wss://shut.example'] }));
		await seen.add(naming);
		const asked: string[] = [];
		const near = directChannel();
		const channel: Channel = {
			...near,
			fetch(request) {
				if (request.url.includes('127.0.0.1')) return near.fetch(request);
				asked.push(request.url);
				throw new BautaError('server-down');
			},
			socket: (url, ...more) => (url.includes('127.0.0.1') ? near.socket(url, ...more) : Promise.reject(new BautaError('server-down'))),
		};
		expect(await probe(`nostr:28:${naming.id}`, { relays: [seen.url] }, channel)).toMatchObject({ route: { relays: [seen.url] } });
		expect(asked).toEqual(['https://shut.example/']);
		const [open, shut] = ['ws://chat.example/', 'wss://chat.example/'];
		const answers = { 'other.example': true };
		const told = [open, 'ws://other.example/', 'ws://strange.example/'];
		expect(pageRelays({ origin: 'https://chat.example', relays: told, answers })).toEqual({ relays: [], ask: [] });
		expect(pageRelays({ origin: 'http://chat.example', relays: told, answers })).toEqual({
			relays: [open, 'ws://other.example/'],
			ask: ['ws://strange.example'],
		});
		const group = roomOfId("nostr:29:chat.example'lab");
		for (const [origin, relay] of Object.entries({ 'https://chat.example': shut, 'http://chat.example': open }))
			expect(groupRelay(group, { origin, relays: [open] }).relays).toEqual([relay]);
		// whatever kind of event names it
		const lists = [
			[
				10002,
				[
					['r', 'ws://open.example'],
					['r', 'wss://shut.example'],
				],
			],
			[
				10005,
				[
					['e', naming.id, 'ws://open.example'],
					['e', naming.id, 'wss://shut.example'],
				],
			],
		] as const;
		for (const [kind, tags] of lists)
			expect(
				ownerRelays(
					event(
						kind,
						'',
						tags.map((tag) => [...tag]),
					),
					roomOfId(`nostr:28:${naming.id}`),
				),
			).toEqual(['wss://shut.example/']);
		expect(namedRelays(event(30311, '', [['relays', 'ws://open.example', 'wss://shut.example']]))).toEqual(['wss://shut.example/']);
	});

	it('of several on the page’s own host one alone is taken: which of them were named could tell whose page it is', () => {
		const origin = 'https://chat.example';
		const named = ['wss://chat.example', 'wss://chat.example:7777', 'wss://chat.example/relay', 'wss://chat.example:8080/nostr'];
		expect(pageRelays({ origin, relays: named })).toEqual({ relays: ['wss://chat.example/'], ask: [] });
		expect(pageRelays({ origin, relays: [...named].reverse() }).relays).toHaveLength(1);
		const answers = { 'other.example': true, 'chat.example:4848': true };
		const agreed = ['wss://other.example/', 'wss://chat.example:4848/'];
		expect(pageRelays({ origin, relays: [...named, ...agreed], answers }).relays).toEqual(['wss://chat.example/', ...agreed]);
		// a port and a path of an XMPP server are none of a relay's
		expect(pageRelays({ origin, relays: ['wss://chat.example:5281'] }).ask).toEqual(['wss://chat.example:5281']);
		expect(pageRelays({ origin, relays: ['wss://chat.example/xmpp-websocket'] })).toEqual({ relays: [], ask: [] });
	});

	it('that a stranger, a relay or an address with a token in it names are not taken', async () => {
		const [seen, lured] = [await start(), await start()];
		const creation = event(
			40,
			JSON.stringify({ relays: [`${lured.url}?npub=alice`, `${lured.url}${'a'.repeat(40)}`, 'wss://alice@relay.test'] }),
		);
		await seen.add(creation);
		await seen.add(event(41, JSON.stringify({ relays: ['wss://evil.test'] }), [['e', creation.id]], generateSecretKey()));
		const asked: string[] = [];
		const channel = directChannel();
		const spying: Channel = {
			...channel,
			fetch(request) {
				asked.push(request.url);
				return channel.fetch(request);
			},
		};
		expect(await probe(`nostr:28:${creation.id}`, { relays: [seen.url] }, spying)).toMatchObject({
			route: { relays: [lured.url, seen.url] },
		});
		expect(asked.join()).not.toMatch(/alice|evil|aaaa/);
		const group = `nostr:29:127.0.0.1:${seen.port}/alice'lab`;
		expect(await probe(group, {})).toMatchObject({ reason: 'no-relay' });
	});

	it('of a group is at a usual port or the page’s own; any other could number the accounts, and is asked about', async () => {
		const asked: string[] = [];
		const away: Channel = {
			async fetch({ url }) {
				asked.push(url);
				throw new BautaError('server-down');
			},
			socket: () => Promise.reject(new BautaError('server-down')),
			close() {},
		};
		const look = (host: string, more: Partial<Hints> = {}) =>
			probe(`nostr:29:${host}'lab`, { origin: 'https://chat.example', ...more }, away);
		expect(await look('relay.test:40321')).toEqual({ open: false, reason: 'route-unasked', detail: '', ask: ['wss://relay.test:40321'] });
		expect(await look('relay.test:40321', { answers: { 'relay.test:40321': false } })).toMatchObject({ reason: 'no-relay' });
		expect(asked).toEqual([]);
		for (const host of ['relay.test', 'relay.test:7777']) expect(await look(host)).toMatchObject({ reason: 'server-down' });
		expect(await look('relay.test:40321', { answers: { 'relay.test:40321': true } })).toMatchObject({ reason: 'server-down' });
		expect(asked).toEqual(['https://relay.test/', 'https://relay.test:7777/', 'https://relay.test:40321/']);
	});

	it('by the owner’s latest list alone: of several a relay could choose one for each guest', async () => {
		const [seen, latest, earlier] = [await start(), await start(), await start()];
		const creation = event(40, JSON.stringify({ name: 'plain' }));
		await seen.add(creation);
		const older = finalizeEvent({ kind: 10002, content: '', tags: [['r', earlier.url]], created_at: creation.created_at - 1000 }, owner);
		await seen.add(event(10002, '', [['r', latest.url]]));
		// a relay that kept what was replaced
		seen.store.events.set('older', older);
		expect(await probe(`nostr:28:${creation.id}`, { relays: [seen.url] })).toMatchObject({ route: { relays: [latest.url, seen.url] } });
	});

	it('by the owner’s public chats (NIP-51), for this channel alone', async () => {
		const [seen, listed] = [await start(), await start()];
		const creation = event(40, JSON.stringify({ name: 'plain' }));
		await seen.add(creation);
		await seen.add(
			event(10005, '', [
				['e', creation.id, listed.url],
				['e', '2'.repeat(64), 'wss://another.test'],
			]),
		);
		expect(await probe(`nostr:28:${creation.id}`, { relays: [seen.url] })).toMatchObject({ route: { relays: [listed.url, seen.url] } });
	});

	it('none known: the reason', async () => {
		expect(await probe(`nostr:28:${'1'.repeat(64)}`, {})).toMatchObject({ open: false, reason: 'no-relay' });
	});

	it('leave that is missing is named, with what to ask for', async () => {
		const denied: Channel = {
			fetch: () => Promise.reject(new BautaError('host-permission')),
			socket: () => Promise.reject(new BautaError('host-permission')),
			close() {},
		};
		const access = await probe(`nostr:28:${'1'.repeat(64)}`, { relays: ['wss://relay.test'], answers: { 'relay.test': true } }, denied);
		expect(access).toMatchObject({ open: false, reason: 'host-permission', hosts: ['https://relay.test'] });
	});

	it('down: the reason', async () => {
		const relay = await start();
		await relay.close();
		relays.splice(0);
		expect(await probe(`nostr:28:${'1'.repeat(64)}`, { relays: [relay.url] })).toMatchObject({ open: false, reason: 'server-down' });
	});
});

describe('work', () => {
	it('is told beforehand by NIP-11; a relay that asks for minutes is left out where another does not', async () => {
		const [none, some, much] = [await start(), await start({ bits: 16 }), await start({ bits: 26 })];
		const access = await probe(`nostr:28:${'1'.repeat(64)}`, { relays: [none.url, some.url, much.url] });
		expect(access).toMatchObject({ open: true, route: { relays: [none.url, some.url], bits: 16 } });
		const alone = await probe(`nostr:28:${'1'.repeat(64)}`, { relays: [much.url] });
		expect(alone).toMatchObject({ open: true, route: { bits: 26 } });
	});

	it('above 28 bits closes the room', async () => {
		const relay = await start({ bits: 29 });
		const access = await probe(`nostr:28:${'1'.repeat(64)}`, { relays: [relay.url] });
		expect(access).toMatchObject({ open: false, reason: 'work-too-high', detail: '29' });
	});
});

it('a channel whose owner asks to be left alone; another person’s change is not believed', async () => {
	const relay = await start();
	const creation = event(40, JSON.stringify({ name: 'agora', about: 'all welcome' }));
	await relay.add(creation);
	await relay.add(event(41, JSON.stringify({ about: 'no-anonymous' }), [['e', creation.id]], generateSecretKey()));
	expect(await probe(`nostr:28:${creation.id}`, { relays: [relay.url] })).toMatchObject({ open: true });
	await relay.add(event(41, JSON.stringify({ about: 'no-anonymous' }), [['e', creation.id]]));
	expect(await probe(`nostr:28:${creation.id}`, { relays: [relay.url] })).toMatchObject({ reason: 'room-no-anonymous' });
});

it('a room is called what it calls itself: a channel, a group, a live event; one line, not too long', async () => {
	const relay = await start({ groups: { lab: { tags: [['name', 'The Lab']], members: [] } } });
	const nameOf = async (room: string) => {
		const access = await probe(room, { relays: [relay.url] });
		return access.open ? access.name : access;
	};
	const creation = event(40, JSON.stringify({ name: 'agora' }));
	await relay.add(creation);
	const channel = `nostr:28:${creation.id}`;
	expect(await nameOf(channel)).toBe('agora');
	await relay.add(event(41, JSON.stringify({ name: 'not its owner’s' }), [['e', creation.id]], generateSecretKey()));
	expect(await nameOf(channel)).toBe('agora');
	await relay.add(event(41, JSON.stringify({ name: `forum\n\u202e${'x'.repeat(100)}` }), [['e', creation.id]]));
	expect(await nameOf(channel)).toBe(`forum ${'x'.repeat(54)}`);
	expect(await nameOf(group(relay))).toBe('The Lab');
	const live = event(30311, '', [
		['d', 'talk'],
		['title', 'The talk'],
	]);
	await relay.add(live);
	expect(await nameOf(`nostr:53:30311:${live.pubkey}:talk`)).toBe('The talk');
	expect(await nameOf(`nostr:28:${'1'.repeat(64)}`)).toBeUndefined();
});

it('a live chat (NIP-53) is on the relays that its event names, and is left alone where its owner asks for it', async () => {
	const [seen, named] = [await start(), await start()];
	const live = (d: string, summary: string) =>
		event(30311, '', [
			['d', d],
			['summary', summary],
			['relays', named.url],
		]);
	const [open, closed] = [live('open', 'come in'), live('closed', 'no-anonymous')];
	await seen.add(open);
	await seen.add(closed);
	const look = (d: string) => probe(`nostr:53:30311:${open.pubkey}:${d}`, { relays: [seen.url] });
	expect(await look('open')).toMatchObject({ open: true, route: { relays: [named.url, seen.url] } });
	expect(await look('closed')).toMatchObject({ open: false, reason: 'room-no-anonymous' });
});

it('comments on an event carry its kind and author', async () => {
	const relay = await start();
	const article = event(1, 'read this');
	await relay.add(article);
	const access = await probe(`nostr:22:E:${article.id}`, { relays: [relay.url] });
	expect(access).toMatchObject({ open: true, route: { root: { kind: 1, author: article.pubkey } } });
});
