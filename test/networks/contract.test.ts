import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { nostrHints } from '../../src/networks/nostr/hints.ts';
import { settings as nostrSettings } from '../../src/networks/nostr/room-settings.ts';
import { routeOf as nostrRoute } from '../../src/networks/nostr/route.ts';
import { xmppHints } from '../../src/networks/xmpp/hints.ts';
import { settings as xmppSettings } from '../../src/networks/xmpp/room-settings.ts';
import { routeOf as xmppRoute } from '../../src/networks/xmpp/route.ts';

const source = resolve(import.meta.dirname, '../../src');

/** As entries of the outbox have them on disk, since the first version. */
const stored = {
	xmpp: {
		origin: 'https://chat.test',
		topic: 'welcome',
		websocket: 'wss://chat.test/ws',
		bosh: 'https://chat.test/http-bind',
		domain: 'chat.test',
		items: ['anon.chat.test'],
		anonymousHost: 'mine.test',
	},
	nostr: { origin: 'https://chat.test', relays: ['wss://relay.test/'], ownRelays: ['wss://own.test/'] },
};
const access = (route: object) => ({ open: true as const, route: { ...route }, modes: [], maxPoints: 1 });

test('no file outside a network’s own names its fields or asks which network it is', () => {
	const folders = ['background', 'composer', 'content', 'messages', 'popup'];
	const files = folders.flatMap((folder) =>
		readdirSync(join(source, folder), { recursive: true })
			.map((name) => join(folder, String(name)))
			.filter((name) => /\.tsx?$/.test(name)),
	);
	expect(files.length).toBeGreaterThan(100);
	const words = /'(xmpp|nostr)'|\b(anonymousHost|ownRelays|bosh)\b/;
	const naming = files.filter((file) => words.test(readFileSync(join(source, file), 'utf8')));
	// the list of networks
	expect(naming).toEqual(['messages/rooms.ts']);
});

test('hints as they are stored are read; what is of a wrong type in them is left out', () => {
	// what the account's session was told is not believed any more
	const { origin, topic, domain: _, items: __, ...own } = stored.xmpp;
	expect(xmppHints(stored.xmpp)).toEqual(own);
	expect(xmppHints({ origin, topic, websocket: 7, bosh: null, anonymousHost: 'anon.chat.test' })).toEqual({
		anonymousHost: 'anon.chat.test',
	});
	expect(xmppHints({ origin, websocket: 7 }).websocket).toBeUndefined();
	expect(nostrHints(stored.nostr)).toEqual({ relays: ['wss://relay.test/'], ownRelays: ['wss://own.test/'] });
	expect(nostrHints({ origin, relays: 'wss://relay.test/' })).toEqual({ relays: [], ownRelays: [] });
});

test('a route is read by the network that found it, and by no other', () => {
	const xmpp = { endpoint: { kind: 'bosh', url: 'https://chat.test/b' }, anonymousHost: 'anon.chat.test' };
	const nostr = { relays: ['wss://relay.test/'], bits: 8, root: { kind: 1, author: 'a'.repeat(64) } };
	expect(xmppRoute(access(xmpp))).toEqual(xmpp);
	expect(nostrRoute(access(nostr))).toEqual(nostr);
	expect(() => xmppRoute(access(nostr))).toThrow('internal');
	expect(() => nostrRoute(access(xmpp))).toThrow('internal');
});

test('settings of a room: as the user writes them, as they are stored, as hints', () => {
	const xmpp = xmppSettings.parse('anonymousHost', ' Anon.Chat.Test ');
	expect(xmpp).toEqual({ anonymousHost: 'anon.chat.test' });
	expect(xmppSettings.list('lobby@muc.chat.test', xmpp)).toMatchObject([{ name: 'anonymousHost', value: 'anon.chat.test' }]);
	expect(xmppSettings.hints(xmpp)).toEqual(xmpp);
	expect(xmppSettings.hints({ anonymousHost: '' })).toEqual({});
	for (const wrong of ['a b', 'http://a/', 'x'.repeat(254)])
		expect(() => xmppSettings.parse('anonymousHost', wrong)).toThrow('not-allowed');

	const channel = `28:${'a'.repeat(64)}`;
	const nostr = nostrSettings.parse('relays', 'relay.test, wss://relay.test/');
	expect(nostr).toEqual({ relays: ['wss://relay.test/'] });
	expect(nostrSettings.list(channel, nostr)).toMatchObject([{ name: 'relays', value: 'wss://relay.test/' }]);
	expect(nostrSettings.list(channel, {})).toMatchObject([{ value: '' }]);
	const group = "29:relay.test'lab";
	expect(nostrSettings.list(group, nostr)).toMatchObject([{ name: 'join', value: '', isChoice: true }]);
	const joining = nostrSettings.parse('join', 'yes');
	expect(nostrSettings.list(group, joining)).toMatchObject([{ name: 'join', value: 'yes' }]);
	expect(nostrSettings.hints(joining)).toEqual({ join: 'yes' });
	expect(nostrSettings.hints(nostrSettings.parse('join', ''))).toEqual({});
	expect(nostrSettings.hints(nostr)).toEqual({ ownRelays: ['wss://relay.test/'] });
	expect(nostrSettings.hints({ relays: [] })).toEqual({});
	expect(() => nostrSettings.parse('relays', 'https://relay.test/')).toThrow('relay-scheme');
});
