import { expect, test } from 'vitest';
import { BautaError } from '../../../src/messages/errors.ts';
import type { Channel, ChannelResponse } from '../../../src/networks/channel/channel.ts';
import { anonymousHosts, publishedEndpoints } from '../../../src/networks/xmpp/discover.ts';
import { knownEndpoints } from '../../../src/networks/xmpp/endpoints.ts';

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

test('endpoints of the page', () => {
	const urls = (hints: object) => knownEndpoints(hints).map(({ url }) => url);
	expect(urls({ websocket: 'wss://chat.test/xmpp-websocket' })).toEqual(['https://chat.test/http-bind', 'wss://chat.test/xmpp-websocket']);
	expect(urls({ websocket: 'wss://chat.test/other', bosh: 'https://chat.test/b' })).toEqual([
		'https://chat.test/b',
		'wss://chat.test/other',
	]);
	expect(urls({ websocket: 'ws://chat.test/xmpp-websocket' })).toEqual([]);
	expect(urls({ bosh: 'javascript:alert(1)' })).toEqual([]);
});

test('hosts for guests: the likeliest first, the user’s own alone', () => {
	const items = ['muc.chat.test', 'guests.chat.test', 'upload.chat.test', 'other.chat.test'];
	expect(anonymousHosts(room, { domain: 'chat.test', items })).toEqual([
		'guests.chat.test',
		'chat.test',
		'anon.chat.test',
		'guest.chat.test',
	]);
	expect(anonymousHosts(room, {})).toEqual(['chat.test', 'anon.chat.test', 'guest.chat.test', 'anonymous.chat.test']);
	expect(anonymousHosts(room, { items, anonymousHost: 'mine.test' })).toEqual(['mine.test']);
	expect(anonymousHosts(room, { anonymousHost: 'no host/' })).toEqual([]);
});
