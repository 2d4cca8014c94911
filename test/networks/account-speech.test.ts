import { expect, test } from 'vitest';
import { traffic as nostr } from '../../src/networks/nostr/traffic.ts';
import { traffic as xmpp } from '../../src/networks/xmpp/traffic.ts';
import { nostrGate } from '../../src/tap/nostr-gate.ts';
import { xmppGate } from '../../src/tap/xmpp-gate.ts';

// the two halves together: what the tap leaves of a message is what the background takes for one
const id = 'c'.repeat(64);
const channel = 'a'.repeat(64);
const lobby = 'lobby@muc.chat.test';

test('XMPP: the room and the way of a message of the account’s own', () => {
	const gate = xmppGate();
	const read = (direction: 'in' | 'out', data: string) =>
		xmpp.read({ direction, url: 'wss://chat.test/ws', data: gate.speech(direction, data) }, 0).speech;
	const message = (more: string) => `<message ${more} type="groupchat" id="m1"><body>x</body></message>`;
	expect(read('out', message(`from="alice@chat.test" to="${lobby}"`))).toEqual([{ room: `xmpp:${lobby}`, id: 'm1', isBack: false }]);
	expect(read('in', message(`from="${lobby}/alice" to="alice@chat.test/x"`))).toEqual([{ room: `xmpp:${lobby}`, id: 'm1', isBack: true }]);
	// what anybody else says is none, however it comes
	expect(xmpp.read({ direction: 'in', url: '', data: message(`from="${lobby}/bob" to="alice@chat.test/x"`) }, 0).speech).toBeUndefined();
	expect(xmpp.read({ direction: 'out', url: '', data: '<message to="bob@chat.test" type="chat" id="1"/>' }, 0).speech).toBeUndefined();
});

test('Nostr: the room, for each relay by itself', () => {
	const gate = nostrGate();
	const read = (direction: 'in' | 'out', data: string) =>
		nostr.read({ direction, url: 'wss://relay.test', data: gate.speech(direction, data) }, 0).speech;
	const event = JSON.stringify(['EVENT', { id, kind: 42, tags: [['e', channel]], content: 'x', pubkey: 'b', sig: 's', created_at: 1 }]);
	const speech = { room: `nostr:28:${channel}`, id: `wss://relay.test/ ${id}` };
	expect(read('out', event)).toEqual([{ ...speech, isBack: false }]);
	expect(read('in', JSON.stringify(['OK', id, true, '']))).toEqual([{ ...speech, isBack: true }]);
	expect(nostr.read({ direction: 'in', url: 'wss://relay.test', data: JSON.stringify(['EVENT', 's', {}]) }, 0).speech).toBeUndefined();
});
