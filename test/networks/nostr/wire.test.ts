import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { finalizeEvent, generateSecretKey, verifyEvent } from 'nostr-tools/pure';
import { describe, expect, it } from 'vitest';
import { nostr } from '../../../src/networks/nostr/network.ts';
import { nostrAuthor, signEvent, xHex } from '../../../src/networks/nostr/sign.ts';
import { authFrame, eventFrame, parseFrame } from '../../../src/networks/nostr/wire/frames.ts';
import { gateAuth, gateEvent, gateRequest } from '../../../src/networks/nostr/wire/gate.ts';
import { asEvent, verifies } from '../../../src/networks/nostr/wire/nip01.ts';
import { leadingZeroBits, maxBits, nonceTag, tryCounters, usualBits, workOrder } from '../../../src/networks/nostr/wire/nip13.ts';
import { externalKind } from '../../../src/networks/nostr/wire/nip22.ts';
import { readFrame } from '../../../src/networks/nostr/wire/page-traffic.ts';
import { parseRoom, roomId, roomName } from '../../../src/networks/nostr/wire/room.ts';
import { type Filter, matches } from '../../../src/networks/nostr/wire/room-kind.ts';
import { authTemplate, type Draft, template } from '../../../src/networks/nostr/wire/template.ts';
import { fromHex } from '../../../src/protocol/bytes.ts';
import { evenKey, keyPair } from '../../../src/protocol/curve.ts';
import { anyCharacter } from '../../any-character.ts';

const vectors = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../vectors/bauta-1.json'), 'utf8'));
const random = (length: number) => new Uint8Array(randomBytes(length));
const pair = keyPair(new Uint8Array(32).fill(3));
const author = nostrAuthor(evenKey(pair.publicKey), pair.privateKey, random);
const [id, key] = ['a'.repeat(64), 'b'.repeat(64)];
const wire = 'A'.repeat(126);
const addresses = [
	`28:${id}`,
	"29:wss://Relay.test:443/'lab",
	'22:I:https://blog.test/post',
	`22:A:30023:${key}:post`,
	`22:E:${id}`,
	`53:30311:${key}:live`,
];
const draftFor = (address: string, replied = false): Draft => ({
	room: parseRoom(address),
	author: xHex(author),
	text: 'a voice',
	wire,
	createdAt: 1_800_000_000,
	reply: replied ? { id: 'c'.repeat(64), author: key } : null,
	root: address.startsWith('22:E') ? { kind: 1, author: key } : null,
});
const relay = 'wss://relay.test/';

describe('rooms', () => {
	it('have the ids of the protocol', () => {
		for (const { transport, url, group, channel, coordinate, tags, room } of vectors.rooms) {
			if (transport === 'nostr-29') expect(nostr.roomId(`29:${url}'${group}`)).toBe(room);
			if (transport === 'nostr-28') expect(nostr.roomId(`28:${channel.toUpperCase()}`)).toBe(room);
			if (transport === 'nostr-53') expect(nostr.roomId(`53:${coordinate}`)).toBe(room);
			if (transport === 'nostr-22') {
				const event = finalizeEvent(
					{ kind: 1111, tags: [...tags, ['bauta', '1', wire]], content: 'x', created_at: 1 },
					generateSecretKey(),
				);
				const frame = { direction: 'in' as const, url: relay, data: JSON.stringify(['EVENT', 's', event]) };
				expect(readFrame(frame).messages.map((message) => message.room)).toEqual([room]);
			}
			if (transport.startsWith('nostr')) expect(roomId(parseRoom(room.slice('nostr:'.length)))).toBe(room);
		}
	});

	it.each([
		'',
		'28:',
		`28:${'g'.repeat(64)}`,
		"29:'lab",
		"29:wss://relay.test'",
		'29:wss://a:b@relay.test',
		'22:K:1',
		'22:I:',
		`22:A:30023:${key}`,
		'53:1:2:3',
		'xx:1',
	])('%s is none', (address) => expect(() => nostr.roomId(address)).toThrow('room-gone'));

	it('have names for people', () => {
		expect(addresses.map((address) => nostr.name?.(address))).toEqual([
			'aaaaaaaa',
			'lab',
			'blog.test/post',
			`30023:${key}:post`.slice(0, 40),
			id.slice(0, 40),
			'live',
		]);
	});

	it('are told for external things by NIP-73', () => {
		const wanted = { 'https://a.test': 'web', '#bitcoin': '#', 'isbn:9780765382030': 'isbn', 'podcast:item:guid:x': 'podcast:item:guid' };
		for (const [value, kind] of Object.entries(wanted)) expect(externalKind(value)).toBe(kind);
	});
});

describe('events', () => {
	it.each(addresses.flatMap((address) => [[address, false] as const, [address, true] as const]))('%s, answering %s', (address, replied) => {
		const draft = draftFor(address, replied);
		const event = signEvent(template(draft), author);
		expect(verifyEvent({ ...event })).toBe(true);
		const { messages } = readFrame({ direction: 'in', url: relay, data: JSON.stringify(['EVENT', 's', event]) });
		expect(messages).toMatchObject([
			{ room: roomId(draft.room), replyTo: draft.reply?.id ?? '', bodies: ['a voice'], wires: [wire], authorKey: author.key },
		]);
		expect(event.tags.map((tag) => tag[0])).not.toContain('-');
		expect({ kind: event.kind, tags: event.tags }).toMatchSnapshot();
	});

	it('with a changed text, id or signature are nothing', () => {
		const event = signEvent(template(draftFor(`28:${id}`)), author);
		const changed = [{ content: 'other' }, { id: key }, { sig: '0'.repeat(128) }, { pubkey: key }, { created_at: 5 }];
		for (const change of changed)
			expect(readFrame({ direction: 'in', url: relay, data: JSON.stringify(['EVENT', 's', { ...event, ...change }]) }).messages).toEqual(
				[],
			);
	});

	it('carry every envelope that is in them, so that two are none', () => {
		const base = template(draftFor(`28:${id}`));
		const event = signEvent({ ...base, tags: [...base.tags, ['bauta', '1', 'B'.repeat(126)], ['bauta', '2', 'x']] }, author);
		const { messages } = readFrame({ direction: 'in', url: relay, data: JSON.stringify(['EVENT', 's', event]) });
		expect(messages[0]?.wires).toEqual([wire, 'B'.repeat(126)]);
	});
});

describe('what a page’s traffic tells', () => {
	const said = (data: unknown, direction: 'in' | 'out' = 'out', url = relay) => readFrame({ direction, url, data: JSON.stringify(data) });

	it('the relay of a room, from what is asked for and what comes', () => {
		expect(said(['REQ', 's', { kinds: [42], '#e': [id] }, { kinds: [1], '#e': [key] }]).roomHints).toEqual({
			[`nostr:28:${id}`]: { relays: [relay] },
		});
		expect(said(['REQ', 's', { kinds: [9, 10], '#h': ['lab', 'den'] }]).roomHints).toEqual({
			"nostr:29:relay.test'lab": { relays: [relay] },
			"nostr:29:relay.test'den": { relays: [relay] },
		});
		expect(said(['REQ', 's', { kinds: [1111], '#I': ['https://a.test/'] }]).roomHints).toEqual({
			'nostr:22:I:https://a.test/': { relays: [relay] },
		});
		const plain = finalizeEvent({ kind: 42, tags: [['e', id, '', 'root']], content: 'hi', created_at: 1 }, generateSecretKey());
		expect(said(['EVENT', 's', plain], 'in')).toMatchObject({ messages: [], roomHints: { [`nostr:28:${id}`]: { relays: [relay] } } });
	});

	it('a topic only from the creation that hashes to the channel, or from the group’s relay', () => {
		const creation = finalizeEvent(
			{ kind: 40, tags: [], content: JSON.stringify({ about: 'no-anonymous' }), created_at: 1 },
			generateSecretKey(),
		);
		expect(said(['EVENT', 's', creation], 'in').topics).toEqual({ [`nostr:28:${creation.id}`]: 'no-anonymous' });
		expect(said(['EVENT', 's', { ...creation, id }], 'in').topics).toEqual({});
	});

	it('what a worker hands to its page, however it is wrapped: messages and topics, but no relay', () => {
		const creation = finalizeEvent({ kind: 40, tags: [], content: '{"name":"agora"}', created_at: 1 }, generateSecretKey());
		const voice = signEvent(template(draftFor(`28:${id}`)), author);
		const group = signEvent(template(draftFor("29:relay.test'lab")), author);
		const plain = finalizeEvent({ kind: 42, tags: [['e', id, '', 'root']], content: 'hi', created_at: 1 }, generateSecretKey());
		const state = finalizeEvent({ kind: 39000, tags: [['d', 'lab']], content: '', created_at: 1 }, generateSecretKey());
		const callback = { type: 'APPLY', argumentList: [{ type: 'RAW', value: voice }] };
		const result = { type: 'RAW', value: [plain, group, state, creation, { ...voice, content: 'other' }, null, voice] };
		for (const message of [voice, callback, result]) {
			const reading = said(['EVENT', message], 'in', '');
			expect(reading.messages).toMatchObject([{ room: `nostr:28:${id}`, id: voice.id, wires: [wire] }]);
			expect(reading).toMatchObject({ roomHints: {}, topics: message === result ? { [`nostr:28:${creation.id}`]: 'agora' } : {} });
		}
		expect(said(['EVENT', callback], 'out', '').messages).toEqual([]);
		const many = Array.from({ length: 200 }, () => voice);
		expect(said(['EVENT', many], 'in', '').messages.length).toBeLessThan(50);
	});

	it('nothing from anything else, and it never throws', () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.json(),
					fc.string(),
					fc.jsonValue().map((value) => JSON.stringify(['EVENT', 's', value])),
				),
				(data) => {
					for (const direction of ['in', 'out'] as const)
						for (const url of [relay, '']) expect(readFrame({ direction, url, data }).messages).toEqual([]);
					parseFrame(data);
				},
			),
		);
		const deep = `["EVENT","s",${'['.repeat(50_000)}`;
		for (const url of [relay, '']) expect(readFrame({ direction: 'in', url, data: deep }).messages).toEqual([]);
		for (const url of ['', 'https://a.test/', 'wss://a:b@c.test/', 'javascript:1'])
			expect(said(['REQ', 's', { kinds: [42], '#e': [id] }], 'out', url).roomHints).toEqual({});
	});

	it('events of any shape are refused or whole', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				const event = asEvent(value);
				if (event) expect(Object.keys(event)).toHaveLength(7);
			}),
		);
	});
});

describe('the gate', () => {
	const allowedFor = (draft: Draft, bits = 0) => ({
		room: draft.room,
		author: draft.author,
		text: draft.text,
		wire,
		createdAt: draft.createdAt,
		reply: draft.reply,
		bits,
	});

	it.each(addresses)('lets through what was meant: %s', (address) => {
		for (const replied of [false, true]) {
			const draft = draftFor(address, replied);
			expect(() => gateEvent(eventFrame(signEvent(template(draft), author)), allowedFor(draft))).not.toThrow();
		}
	});

	it.each(addresses)('holds back another answered message, or another author of it, than the relays showed: %s', (address) => {
		const draft = draftFor(address, true);
		const frame = eventFrame(signEvent(template(draft), author));
		const { reply } = draft;
		if (!reply) throw new Error('no reply');
		for (const shown of [null, { ...reply, id: 'd'.repeat(64) }, { ...reply, author: 'd'.repeat(64) }])
			expect(() => gateEvent(frame, { ...allowedFor(draft), reply: shown })).toThrow('gate-refused');
	});

	const extra: string[][] = [
		['-'],
		['client', 'Bauta'],
		['p', key],
		['e', key],
		['relay', relay],
		['nonce', '000000000001', '8'],
		['bauta', '1', wire],
		['h', 'lab', relay],
		['imeta', 'x'],
		['__proto__', 'x'],
	];
	it.each(addresses)('holds back one tag too many: %s', (address) => {
		for (const tag of extra) {
			const draft = draftFor(address);
			const base = template(draft);
			expect(() => gateEvent(eventFrame(signEvent({ ...base, tags: [...base.tags, tag] }, author)), allowedFor(draft)), tag.join()).toThrow(
				'gate-refused',
			);
		}
	});

	it('holds back another text, time, kind, room, author or field', () => {
		const draft = draftFor(`28:${id}`);
		const base = template(draft);
		for (const change of [
			{ content: 'x' },
			{ created_at: 1 },
			{ kind: 1 },
			{
				tags: [
					['e', key, '', 'root'],
					['bauta', '1', wire],
				],
			},
			{ tags: [base.tags[0] ?? []] },
		])
			expect(() => gateEvent(eventFrame(signEvent({ ...base, ...change }, author)), allowedFor(draft))).toThrow('gate-refused');
		const event = signEvent(base, author);
		const frames = [
			JSON.stringify(['EVENT', { ...event, seen: 1 }]),
			JSON.stringify(['EVENT', event, 1]),
			JSON.stringify(['AUTH', event]),
			JSON.stringify(['EVENT', { ...event, sig: '0'.repeat(128) }]),
		];
		for (const frame of frames) expect(() => gateEvent(frame, allowedFor(draft))).toThrow('gate-refused');
		expect(() => gateEvent(eventFrame(event), { ...allowedFor(draft), author: key })).toThrow('gate-refused');
	});

	it('a login names this relay, this challenge and this key alone', () => {
		const frame = (relayUrl: string, challenge: string, tags: string[][] = []) => {
			const base = authTemplate(xHex(author), relayUrl, challenge, 5);
			return authFrame(signEvent({ ...base, tags: [...base.tags, ...tags] }, author));
		};
		const wanted = { author: xHex(author), relay, challenge: 'x' };
		expect(() => gateAuth(frame(relay, 'x'), wanted)).not.toThrow();
		for (const other of [frame('wss://other.test/', 'x'), frame(relay, 'y'), frame(relay, 'x', [['client', 'Bauta']])])
			expect(() => gateAuth(other, wanted)).toThrow('gate-refused');
	});

	it('a request carries nothing but room, ids and kinds', () => {
		expect(() => gateRequest('["REQ","1",{"kinds":[42],"#e":["a"],"limit":5}]')).not.toThrow();
		for (const frame of [
			'["REQ","1",{"search":"x"}]',
			'["REQ","bauta",{"kinds":[1]}]',
			'["REQ","1",{"#p":["a"]}]',
			'["COUNT","1",{"kinds":[1]}]',
		])
			expect(() => gateRequest(frame)).toThrow('gate-refused');
	});
});

describe('work (NIP-13)', () => {
	it('counts zero bits', () => {
		// the examples of NIP-13
		expect(leadingZeroBits(fromHex('000000000e9d97a1ab09fc381030b346cdd7a142ad57e6df0b46dc9bef6c7e2d'))).toBe(36);
		expect(leadingZeroBits(fromHex('002f'))).toBe(10);
		expect(leadingZeroBits(new Uint8Array(32))).toBe(256);
	});

	it('is one of eight amounts, which stand in the event, whatever a relay asks a guest for', () => {
		const amounts = Array.from({ length: maxBits + 1 }, (_, bits) => usualBits(bits));
		expect([...new Set(amounts)]).toEqual([0, 16, 18, 20, 22, 24, 26, 28]);
		expect(amounts.every((amount, bits) => amount >= bits)).toBe(true);
	});

	it('is found, whatever the text, and is in the id', () => {
		fc.assert(
			fc.property(fc.string({ unit: anyCharacter }), fc.nat(999_999_999_999), (content, start) => {
				const text = content.replace(/\p{Surrogate}/gu, '');
				const base = template({ ...draftFor(`28:${id}`), text });
				const counter = tryCounters(workOrder(base, 6), start, 2000);
				if (counter === null) throw new Error('2000 tries for 6 bits');
				const event = signEvent({ ...base, tags: [...base.tags, nonceTag(counter, 6)] }, author);
				expect(leadingZeroBits(fromHex(event.id))).toBeGreaterThanOrEqual(6);
				expect(verifies(event)).toBe(true);
			}),
			{ numRuns: 30 },
		);
	});
});

it('an event that nobody asked for is told from one that was, by every field of a filter', () => {
	const event = { id: 'a', pubkey: 'p', created_at: 10, kind: 41, tags: [['e', 'room', 'wss://relay.test']], content: '', sig: '' };
	const matching: Filter[] = [
		{},
		{ ids: ['a'] },
		{ authors: ['p'], kinds: [41] },
		{ kinds: [40, 41], '#e': ['room'], limit: 1 },
		{ since: 10 },
	];
	for (const filter of matching) expect(matches(filter, event)).toBe(true);
	const others: Filter[] = [{ ids: ['b'] }, { authors: [] }, { kinds: [40] }, { '#e': ['other'] }, { '#d': [''] }, { since: 11 }];
	for (const filter of others) expect(matches(filter, event)).toBe(false);
});

it('a page that is commented on is named with its query, as that stands in the message: it could name the account', () => {
	expect(roomName(parseRoom('22:I:https://blog.test/post?reader=alice#top'))).toBe('blog.test/post?reader=alice');
});
