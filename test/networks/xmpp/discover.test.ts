import { expect, test } from 'vitest';
import { BautaError } from '../../../src/messages/errors.ts';
import type { Channel, ChannelResponse } from '../../../src/networks/channel/channel.ts';
import { publishedEndpoints } from '../../../src/networks/xmpp/discover.ts';
import { anonymousHosts, guestHosts, isRoomHost, roomDomains } from '../../../src/networks/xmpp/domains.ts';
import { pageEndpoints, pageKindFirst } from '../../../src/networks/xmpp/endpoints.ts';
import type { Endpoint } from '../../../src/networks/xmpp/stream/stream.ts';
import { roomId } from '../../../src/networks/xmpp/wire/jid.ts';

const room = 'lobby@muc.chat.test';

/** Answers with files of a domain; what is not among them is 404, and an error is thrown. */
function files(answers: Record<string, string | BautaError>): { channel: Channel; asked: string[] } {
	const asked: string[] = [];
	const channel: Channel = {
		async fetch({ url }): Promise<ChannelResponse> {
			asked.push(url);
			const answer = answers[new URL(url).pathname];
			if (answer instanceof BautaError) throw answer;
			return { status: answer === undefined ? 404 : 200, date: null, authenticate: false, body: answer ?? '' };
		},
		socket: () => Promise.reject(new BautaError('internal')),
		close: () => {},
	};
	return { channel, asked };
}
const lookUp = async (answers: Record<string, string | BautaError>) => {
	const blocked: string[] = [];
	const { channel, asked } = files(answers);
	const found = await publishedEndpoints(channel, 'chat.test', AbortSignal.timeout(1000), (host) => blocked.push(host));
	return { found, asked, blocked };
};
const relation = 'urn:xmpp:alt-connections';

test('XEP-0156: both files, BOSH first, nothing in clear text', async () => {
	const xrd = `<?xml version='1.0' encoding='utf-8'?>
		<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'><Link rel='${relation}:websocket' href='wss://x.chat.test/ws'/>
		<Link rel='${relation}:xbosh' href='https://x.chat.test/bosh'/><Link rel='${relation}:xbosh' href='http://x.chat.test/bosh'/><Link rel='lrdd' href='https://evil.test/'/></XRD>`;
	const both = [
		{ kind: 'bosh', url: 'https://x.chat.test/bosh' },
		{ kind: 'websocket', url: 'wss://x.chat.test/ws' },
	];
	const read = await lookUp({ '/.well-known/host-meta': xrd });
	expect(read.found).toEqual(both);
	expect(read.asked).toEqual(['https://chat.test/.well-known/host-meta.json', 'https://chat.test/.well-known/host-meta']);
	const json = JSON.stringify({
		links: both.map(({ kind, url }) => ({ rel: `${relation}:${kind === 'bosh' ? 'xbosh' : kind}`, href: url })),
	});
	expect(await lookUp({ '/.well-known/host-meta.json': json })).toMatchObject({ found: both, asked: { length: 1 } });
});

test('files that are broken, closed or absent say nothing', async () => {
	for (const text of ['', 'null', '{"links":3}', '{"links":[null]}', '<XRD', '<!DOCTYPE a><XRD/>'])
		expect((await lookUp({ '/.well-known/host-meta.json': text, '/.well-known/host-meta': text })).found).toEqual([]);
	const closed = new BautaError('host-permission', 'https://chat.test');
	expect(await lookUp({ '/.well-known/host-meta.json': closed })).toMatchObject({ found: [], blocked: ['https://chat.test'] });
});

test('XEP-0156: what could be meant for one guest alone is left out, and there are no more than four', async () => {
	const link = (href: string) => ({ rel: `${relation}:websocket`, href });
	const tokens = [
		'wss://x.test/ws?u=1',
		'wss://x.test/ws#u',
		'wss://u@x.test/ws',
		`wss://x.test/${'a'.repeat(33)}`,
		'wss://x.test/a/b/c/d',
		'wss://x.test/ws/7f3ac9',
		'wss://x.test/s/MTIz',
		'wss://x.test/u-550e8400',
		'wss://x.test/%61lice',
		// letters at random, words in a row and a number tell one guest from others as well
		'wss://x.test/ws/kqzvxwjhtp',
		'wss://x.test/correct-horse',
		'wss://x.test/ws/chat/im',
		'wss://x.test/ws/ws',
		'wss://x.test/ws17',
	];
	const plain = ['/ws', '/xmpp-websocket/', '/.xmpp/ws', '/', '/websocket'].map((path) => `wss://other.test${path}`);
	const json = JSON.stringify({ links: [...tokens, ...plain].map(link) });
	const { found } = await lookUp({ '/.well-known/host-meta.json': json });
	expect(found.map(({ url }) => url)).toEqual(plain.slice(0, 4));
});

const urls = (hints: object, origin = 'https://chat.test') => pageEndpoints(room, { origin, ...hints }).endpoints.map(({ url }) => url);
const usual = ['wss://chat.test/xmpp-websocket', 'wss://chat.test/ws'];

test('what a page names as a room leads to no address with anything behind its host', () => {
	for (const domain of [
		'muc.chat.test?u=alice',
		'muc.chat.test#alice',
		'muc.chat.test:40321',
		'muc.chat.test\\alice',
		'muc.chat.test%2falice',
	])
		expect(() => roomId(`lobby@${domain}`), domain).toThrow('room-gone');
	expect(roomId('lobby@MUC.Chat.test.')).toBe('xmpp:lobby@muc.chat.test');
	expect(roomId('lobby@[::1]')).toBe('xmpp:lobby@[::1]');
});

test('endpoints of the page: plain addresses on its own host or the room’s', () => {
	expect(urls({ websocket: usual[0] })).toEqual([usual[0], 'https://chat.test/http-bind']);
	// of two addresses each would say as much again of whom they were made for: one counts, and what lies beside it
	expect(urls({ websocket: usual[1], bosh: 'https://chat.test:5281/http-bind' })).toEqual([
		'https://chat.test:5281/http-bind',
		'wss://chat.test:5281/xmpp-websocket',
	]);
	expect(urls({ websocket: 'wss://agreed.test/ws', bosh: 'https://chat.test/http-bind', answers: { 'agreed.test': true } })).toContain(
		'wss://agreed.test/ws',
	);
	expect(urls({ websocket: 'wss://web.test:5443/ws' }, 'https://web.test')).toEqual([
		'wss://web.test:5443/ws',
		'https://web.test:5443/bosh',
	]);
	expect(urls({ websocket: 'wss://xmpp.chat.test/ws' }, 'https://web.test')).toHaveLength(2);
	expect(urls({ websocket: 'ws://chat.test/xmpp-websocket' })).toEqual([]);
	expect(urls({ bosh: 'javascript:alert(1)' })).toEqual([]);
});

test('the page’s own kind of endpoint comes first, wherever the others come from, and the other kind is there for when it fails', async () => {
	const kinds = (endpoints: { kind: string }[]) => endpoints.map(({ kind }) => kind);
	const ofSocket = { origin: 'https://chat.test', websocket: 'wss://chat.test/ws' };
	const ofBosh = { origin: 'https://chat.test', bosh: 'https://chat.test/bosh' };
	expect(kinds(pageEndpoints(room, ofSocket).endpoints)).toEqual(['websocket', 'bosh']);
	expect(kinds(pageEndpoints(room, ofBosh).endpoints)).toEqual(['bosh', 'websocket']);
	const both: Endpoint[] = [
		{ kind: 'bosh', url: 'https://x.test/bosh' },
		{ kind: 'websocket', url: 'wss://x.test/ws' },
	];
	expect(kinds(pageKindFirst(both, ofSocket))).toEqual(['websocket', 'bosh']);
	for (const hints of [ofBosh, { ...ofSocket, ...ofBosh }, { origin: 'https://chat.test' }])
		expect(kinds(pageKindFirst(both, hints))).toEqual(['bosh', 'websocket']);
	// what the page names is no guess, though it lies where one would be made
	const named = pageEndpoints(room, { origin: 'https://chat.test', bosh: 'https://chat.test/http-bind', websocket: usual[0] }).endpoints;
	expect(named.map(({ url, isGuess }) => [url, isGuess])).toEqual([
		['https://chat.test/http-bind', undefined],
		[usual[0], undefined],
	]);
});

test('a path with anything in it that could name the account is not taken: the usual ones are tried', () => {
	for (const path of ['/xmpp-websocket?u=alice', '/xmpp-websocket#alice'])
		expect(urls({ websocket: `wss://chat.test${path}` })).toEqual([usual[0], 'https://chat.test/http-bind']);
	const dropped = ['/alice', '/ws/alice', '/ws/ws/ws', '/7f3ac9', '/correct-horse', '/%61lice', '/WS', '/ws//ws', '/xmpp-websocket-alice'];
	for (const path of dropped) expect(urls({ websocket: `wss://alice:pw@chat.test${path}?t=1` })).toEqual(usual);
});

test('on the page’s own host and the room’s another port than the usual ones is asked about as another host is; words in a row are no path', () => {
	const judged = (websocket: string, origin = 'https://chat.test:8443') => pageEndpoints(room, { origin, websocket });
	for (const port of ['', ':8443', ':5280', ':5281', ':5443', ':7070', ':7443'])
		expect(judged(`wss://chat.test${port}/ws`)).toMatchObject({ ask: [], endpoints: [{}, {}] });
	for (const host of ['chat.test:40321', 'muc.chat.test:5282', 'xmpp.chat.test:1'])
		expect(judged(`wss://${host}/ws`)).toEqual({ endpoints: [], ask: [`wss://${host}`] });
	const answered = { origin: 'https://chat.test', websocket: 'wss://chat.test:40321/ws', answers: { 'chat.test:40321': true } };
	expect(pageEndpoints(room, answered)).toMatchObject({ ask: [], endpoints: [{}, {}] });
	// the user's own machine
	expect(judged('ws://127.0.0.1:40321/ws', 'http://127.0.0.1:8080').ask).toEqual([]);
	const words = ['api', 'chat', 'connect', 'im', 'v1', 'v2', 'ws', 'wss', 'nostr'];
	for (const path of [...words.flatMap((one) => words.map((other) => `/${one}/${other}`)), '/api', '/v1', '/chat', '/stream'])
		expect(urls({ websocket: `wss://chat.test${path}` })).toEqual(usual);
});

test('where the room could not be asked, its own hosts, the user’s own machine and what the user agreed to still count', () => {
	const counts = (origin: string, websocket: string, answers = {}) =>
		pageEndpoints(room, { origin, websocket, answers }, true).endpoints.some(({ url }) => url === websocket);
	expect(counts('https://web.test', 'wss://web.test/ws')).toBe(false);
	expect(counts('https://chat.test', 'wss://chat.test/ws')).toBe(true);
	expect(counts('https://web.test', 'wss://xmpp.chat.test/ws')).toBe(true);
	expect(counts('http://127.0.0.1:8080', 'ws://127.0.0.1:40321/ws')).toBe(true);
	expect(counts('https://web.test', 'wss://web.test/ws', { 'web.test': true })).toBe(true);
});

test('any other host is asked about, and counts once the user said so', () => {
	const hints = (answers?: Record<string, boolean>) => ({
		origin: 'https://chat.test',
		websocket: 'wss://evil.test:443/ws',
		...(answers && { answers }),
	});
	expect(pageEndpoints(room, hints())).toEqual({ endpoints: [], ask: ['wss://evil.test'] });
	expect(pageEndpoints(room, hints({ 'evil.test': false }))).toEqual({ endpoints: [], ask: [] });
	expect(pageEndpoints(room, hints({ 'evil.test': true })).endpoints).toHaveLength(2);
	expect(pageEndpoints(room, hints({ 'evil.test:5281': true })).ask).toEqual(['wss://evil.test']);
	// a name for one account is no room's host, and a registry's domain is nobody's
	for (const host of ['alice.chat.test', 'a.b.chat.test', 'notchat.test', 'chat.test.evil.test', 'muc.chat.test.'])
		expect(isRoomHost(host, room)).toBe(false);
	expect(['chat.test', 'muc.chat.test', 'xmpp.chat.test', 'ws.muc.chat.test'].every((host) => isRoomHost(host, room))).toBe(true);
	expect(isRoomHost('xmpp.co.uk', 'lobby@example.co.uk')).toBe(false);
	expect(isRoomHost('xn--mller-kva.test', 'lobby@muc.müller.test')).toBe(true);
});

test('hosts for guests: by the room’s own domain, the user’s own alone', () => {
	expect(anonymousHosts(room, {})).toEqual(['chat.test', 'anon.chat.test', 'guest.chat.test', 'anonymous.chat.test', 'guests.chat.test']);
	expect(anonymousHosts('a@conference.localhost', {})[1]).toBe('anon.localhost');
	expect(roomDomains('a@muc.other.test')).toEqual(['other.test', 'muc.other.test']);
	expect(roomDomains('a@127.0.0.1')).toEqual(['127.0.0.1']);
	expect(anonymousHosts(room, { anonymousHost: 'mine.test' })).toEqual(['mine.test']);
	expect(anonymousHosts(room, { anonymousHost: 'no host/' })).toEqual([]);
	const own = ['muc.chat.test', 'guests.chat.test', 'upload.chat.test'];
	expect(guestHosts(own, 'chat.test')).toEqual(['guests.chat.test']);
	expect(guestHosts(['anon-web.chat.test'], 'chat.test')).toEqual(['anon-web.chat.test']);
	// what could be made for one guest alone, so that two messages of theirs could be told to be one person's
	const made = [
		'anon-7f3a.chat.test',
		'anon7.chat.test',
		'guest.evil.test',
		'anon.alice.chat.test',
		'guest.chat.test.',
		'anon.chat.test?u=1',
		'anonqzvx.chat.test',
		'guest-kqzvxwjhtp.chat.test',
		'guest-web-chat.chat.test',
	];
	expect(guestHosts(made, 'chat.test')).toEqual([]);
});
