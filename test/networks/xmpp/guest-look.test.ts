import { expect, test } from 'vitest';
import { BautaError } from '../../../src/messages/errors.ts';
import type { Channel } from '../../../src/networks/channel/channel.ts';
import { FrameQueue } from '../../../src/networks/channel/connections.ts';
import { lookThrough } from '../../../src/networks/xmpp/guest-look.ts';
import { probe } from '../../../src/networks/xmpp/probe.ts';
import { groupMessage } from '../../../src/networks/xmpp/wire/stanzas.ts';
import { writeXml } from '../../../src/networks/xmpp/wire/xml.ts';

const room = 'lobby@muc.chat.test';
const endpoint = { kind: 'websocket', url: 'wss://chat.test/ws' } as const;

/** A server whose hosts take guests or not, from which some reach the room; it lists these hosts. Streams that were opened are noted. */
function server(guests: string[], reaching: string[], listed: string[], limits = ''): { channel: Channel; opened: string[] } {
	const opened: string[] = [];
	const channel: Channel = {
		fetch: () => Promise.reject(new BautaError('internal')),
		async socket() {
			const frames = new FrameQueue(new BautaError('server-down'));
			let host = '';
			const answer = (frame: string): string[] => {
				const id = /id=['"]([^'"]+)/.exec(frame)?.[1] ?? '';
				const result = (inner: string) => [`<iq xmlns='jabber:client' type='result' id='${id}'>${inner}</iq>`];
				if (frame.startsWith('<open')) {
					host = /to=['"]([^'"]+)/.exec(frame)?.[1] ?? '';
					opened.push(host);
					const mechanism = guests.includes(host) ? 'ANONYMOUS' : 'PLAIN';
					const mechanisms = `<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>${mechanism}</mechanism></mechanisms>`;
					return [`<stream:features xmlns:stream='http://etherx.jabber.org/streams'>${mechanisms}${limits}</stream:features>`];
				}
				if (frame.startsWith('<auth')) return ["<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"];
				if (frame.includes('xmpp-bind')) return result('');
				if (frame.includes('disco#items')) {
					const items = listed.map((jid) => `<item jid='${jid}'/>`).join('');
					return result(`<query xmlns='http://jabber.org/protocol/disco#items'>${items}</query>`);
				}
				if (frame.includes('disco#info') && reaching.includes(host))
					return result("<query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text'/></query>");
				if (frame.includes('disco#info')) {
					const condition = "<remote-server-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>";
					return [`<iq xmlns='jabber:client' type='error' id='${id}'><error type='cancel'>${condition}</error></iq>`];
				}
				return frame.startsWith('<close') ? ["<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>"] : [];
			};
			return {
				async send(frame) {
					for (const each of answer(frame)) frames.add(each);
				},
				close: () => frames.end(),
				receive: (signal) => frames.next(signal),
			};
		},
		close: () => {},
	};
	return { channel, opened };
}

async function look(guests: string[], reaching: string[], listed: string[]) {
	const { channel, opened } = server(guests, reaching, listed);
	const hints = { origin: 'https://chat.test' };
	const access = await lookThrough(channel, { endpoint, others: [] }, room, hints, AbortSignal.timeout(10_000));
	return { access, opened: [...new Set(opened)] };
}

test('a host for guests that the server lists to a guest is tried where the first cannot reach the room', async () => {
	const { access, opened } = await look(
		['anon.chat.test', 'guest-talk.chat.test'],
		['guest-talk.chat.test'],
		['muc.chat.test', 'upload.chat.test', 'guest-talk.chat.test'],
	);
	expect(access).toMatchObject({ open: true, route: { anonymousHost: 'guest-talk.chat.test' } });
	expect(opened).toEqual(['chat.test', 'anon.chat.test', 'guest-talk.chat.test']);
});

test('where the first host reaches the room nothing more is asked; where none does, its refusal is told, after few tries', async () => {
	const { access, opened } = await look(['anon.chat.test'], ['anon.chat.test'], ['anon-2.chat.test']);
	expect(access).toMatchObject({ open: true });
	expect(opened).toEqual(['chat.test', 'anon.chat.test']);
	expect((await look(['anon.chat.test'], [], ['anon.chat.test'])).access).toMatchObject({ open: false });
	expect((await look([], [], [])).access).toBeNull();
});

test.each([
	['262144', 4096],
	['12000', 1750],
	['0', 4096],
	['10', 1416],
	['many', 4096],
])('a server that takes %s bytes in one stanza is sent no longer text than fits (XEP-0478)', async (bytes, points) => {
	const limits = `<limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>${bytes}</max-bytes><idle-seconds>60</idle-seconds></limits>`;
	const { channel } = server(['anon.chat.test'], ['anon.chat.test'], [], limits);
	const ways = { endpoint, others: [] };
	const access = await lookThrough(channel, ways, room, { origin: 'https://chat.test' }, AbortSignal.timeout(10_000));
	expect(access).toMatchObject({ open: true, maxPoints: points });
	// the marks that XML writes with the most bytes; RFC 6120 §13.12 has 10,000 as the least that a server takes
	const stanza = writeXml(groupMessage(room, 'a'.repeat(32), '"'.repeat(points), 'b'.repeat(212), 'c'.repeat(200)));
	expect(stanza.length).toBeLessThan(Math.max(Number(bytes) || 262_144, 10_000));
});

test('where the room’s own domain could not be asked, the user is asked to grant it, and no server is used that the page alone puts in its place', async () => {
	const { channel, opened } = server(['anon.chat.test'], ['anon.chat.test'], []);
	const sockets: string[] = [];
	let isGranted = false;
	const requireGrant = (url: string) => {
		if (!isGranted && !url.includes('web.test')) throw new BautaError('host-permission', new URL(url.replace(/^ws/, 'http')).origin);
	};
	const limited: Channel = {
		...channel,
		async fetch({ url }) {
			requireGrant(url);
			return { status: 404, date: null, authenticate: false, body: '' };
		},
		async socket(url, ...rest) {
			requireGrant(url);
			sockets.push(new URL(url).host);
			return channel.socket(url, ...rest);
		},
	};
	const look = () => {
		const hints = { origin: 'https://web.test', websocket: 'wss://web.test/ws' };
		return probe(`xmpp:${room}`, hints, limited, AbortSignal.timeout(10_000));
	};
	const hosts = ['https://chat.test', 'https://muc.chat.test'];
	expect(await look()).toMatchObject({ open: false, reason: 'host-permission', hosts });
	expect([sockets, opened]).toEqual([[], []]);
	isGranted = true;
	expect(await look()).toMatchObject({ open: true, route: { endpoint: { url: 'wss://web.test/ws' } } });
});
