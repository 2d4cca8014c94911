import { describe, expect, test } from 'vitest';
import { nostrAuthor, signEvent } from '../../src/networks/nostr/sign.ts';
import type { Template } from '../../src/networks/nostr/wire/nip01.ts';
import { readFrame as readNostr } from '../../src/networks/nostr/wire/page-traffic.ts';
import { readFrame as readXmpp } from '../../src/networks/xmpp/wire/page-traffic.ts';
import { toHex } from '../../src/protocol/bytes.ts';
import { evenKey, keyPair } from '../../src/protocol/curve.ts';
import { nostrGate } from '../../src/tap/nostr-gate.ts';
import { xmppGate } from '../../src/tap/xmpp-gate.ts';

// How a public reveal (docs/protocol.md §8) comes from the page's own traffic to the background.

const reveal = `bauta-reveal:1:${'Ab-_9'.repeat(60)}`;

describe('on XMPP', () => {
	const room = 'lobby@muc.chat.test';
	const message = (inner: string, attributes = `type="groupchat" id="r" from="${room}/bob"`) =>
		`<message xmlns="jabber:client" ${attributes}>${inner}</message>`;
	const read = (data: string) => readXmpp({ direction: 'in', url: 'wss://chat.test/ws', data }, 1_795_291_110).reveals ?? [];
	const posted = { room: `xmpp:${room}`, id: 'r', author: `${room}/bob`, account: `xmpp:${room}/bob`, text: reveal };

	test('the tap passes it on, and the occupant who posted it is its account', () => {
		const frame = message(`<body>This was me: ${reveal} — bob</body>`);
		expect(xmppGate().isReported('in', frame)).toBe(true);
		expect(xmppGate().isReported('in', message('<body>This was me</body>'))).toBe(false);
		expect(read(frame)).toEqual([posted]);
	});

	test('it counts from the room’s own archive as well, and from nobody else', () => {
		const archived = (from: string) =>
			`<message xmlns="jabber:client" from="${from}" to="a@chat.test"><result xmlns="urn:xmpp:mam:2" id="1"><forwarded xmlns="urn:xmpp:forward:0">` +
			`<delay xmlns="urn:xmpp:delay" stamp="2026-11-25T10:00:00Z"/>${message(`<body>${reveal}</body>`)}</forwarded></result></message>`;
		expect(read(archived(room))).toEqual([posted]);
		expect(read(archived('eve@chat.test'))).toEqual([]);
	});

	test('no private message, no anonymous one, none with two bodies, and none that is too long', () => {
		const body = `<body>${reveal}</body>`;
		expect(read(message(body, `type="chat" id="r" from="${room}/bob"`))).toEqual([]);
		expect(read(message(body, `type="groupchat" id="r" from="${room}"`))).toEqual([]);
		expect(read(message(`${body}<anonymous xmlns="urn:x-bauta:1">x</anonymous>`))).toEqual([]);
		expect(read(message(`${body}<body xml:lang="de">x</body>`))).toEqual([]);
		expect(read(message(`<body>bauta-reveal:1:${'A'.repeat(4000)}</body>`))).toEqual([]);
		expect(read(message('<body>bauta-reveal:2:AAAA</body>'))).toEqual([]);
	});
});

describe('on Nostr', () => {
	const key = keyPair(new Uint8Array(32).fill(5));
	const pubkey = toHex(key.publicKey.subarray(1));
	const author = nostrAuthor(evenKey(key.publicKey), key.privateKey, (length) => crypto.getRandomValues(new Uint8Array(length)));
	const event = (more: Partial<Template> = {}) =>
		signEvent(
			{
				pubkey,
				created_at: 1_795_291_110,
				kind: 1111,
				tags: [
					['I', 'https://blog.test/x'],
					['K', 'web'],
				],
				content: `me: ${reveal}`,
				...more,
			},
			author,
		);
	const read = (whole: object, url = 'wss://relay.test') =>
		readNostr({ direction: 'in', url, data: JSON.stringify(url ? ['EVENT', 's', whole] : ['EVENT', { data: whole }]) }).reveals ?? [];

	test('the tap passes it on, and the key that signed the event is its account', () => {
		const whole = event();
		expect(nostrGate().isReported('in', JSON.stringify(['EVENT', 's', whole]))).toBe(true);
		expect(nostrGate().isReported('in', JSON.stringify(['EVENT', 's', event({ content: 'me' })]))).toBe(false);
		const posted = { room: 'nostr:22:I:https://blog.test/x', id: whole.id, author: pubkey, account: `nostr:${pubkey}`, text: reveal };
		expect(read(whole)).toEqual([posted]);
		// as a page's worker hands it over
		expect(read(whole, '')).toEqual([posted]);
	});

	test('nothing that its account has not signed, and no anonymous message', () => {
		const other = toHex(keyPair(new Uint8Array(32).fill(6)).publicKey.subarray(1));
		expect(read({ ...event(), pubkey: other })).toEqual([]);
		expect(read({ ...event(), content: reveal })).toEqual([]);
		expect(
			read(
				event({
					tags: [
						['I', 'https://blog.test/x'],
						['K', 'web'],
						['bauta', '1', 'x'],
					],
				}),
			),
		).toEqual([]);
		expect(read(event({ kind: 7 }))).toEqual([]);
	});
});
