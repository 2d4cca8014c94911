import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Reading } from '../../src/networks/network.ts';
import { nostrAuthor, signEvent, xHex } from '../../src/networks/nostr/sign.ts';
import { readFrame } from '../../src/networks/nostr/wire/page-traffic.ts';
import { parseRoom, roomId } from '../../src/networks/nostr/wire/room.ts';
import { template } from '../../src/networks/nostr/wire/template.ts';
import { eventually } from '../eventually.ts';
import { composeAs } from '../servers/voices.ts';

/** what the page itself shows, tells its workers and plays */
let own: string[] = [];
let permission = 'granted';
let isLooped = false;
const envelope = '<anonymous xmlns="urn:x-bauta:1">AAAA</anonymous>';
const stanza = (text: string, more = envelope) =>
	`<message type="groupchat" id="${text}" from="lobby@muc.chat.test/Anonymous elm"><body>${text}</body>${more}</message>`;

class FakeNotification extends EventTarget {
	constructor(title: string, _options?: object) {
		super();
		own.push(title);
	}
	static get permission() {
		return permission;
	}
	get title() {
		return '';
	}
	close() {}
}
class FakeWorker {
	postMessage(message: Record<string, unknown>, ..._more: unknown[]) {
		own.push(`to the worker: ${message.title}`);
	}
}
class FakeMedia {
	currentSrc = '';
	get src() {
		return 'https://chat.test/ring.ogg';
	}
	get srcObject() {
		return null;
	}
	get loop() {
		return isLooped;
	}
	async play() {
		own.push('sound');
	}
}

/** A page with the tap of notifications in it. `rings`: the frames that are handed over. */
async function open(active = true) {
	// new ones for each page: the tap changes them
	class Native extends FakeNotification {}
	for (const name of ['title', 'close'])
		Object.defineProperty(Native.prototype, name, Object.getOwnPropertyDescriptor(FakeNotification.prototype, name) as never);
	Object.defineProperty(Native, 'permission', Object.getOwnPropertyDescriptor(FakeNotification, 'permission') as never);
	class Media extends FakeMedia {}
	for (const name of ['src', 'srcObject', 'loop', 'play'])
		Object.defineProperty(Media.prototype, name, Object.getOwnPropertyDescriptor(FakeMedia.prototype, name) as never);
	Object.defineProperty(Media.prototype, 'currentSrc', { configurable: true, get: () => '' });
	class Worker extends FakeWorker {}
	Worker.prototype.postMessage = FakeWorker.prototype.postMessage;
	const view = Object.assign(new EventTarget(), { Notification: Native, ServiceWorker: Worker, document: {} });
	vi.stubGlobal('window', view);
	vi.stubGlobal('Node', { prototype: Object.defineProperty({}, 'baseURI', { get: () => 'https://chat.test/' }) });
	vi.stubGlobal('HTMLMediaElement', Media);
	vi.stubGlobal('ServiceWorker', Worker);
	const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data') as PropertyDescriptor;
	undo.push(() => Object.defineProperty(MessageEvent.prototype, 'data', data));
	const [{ takeNotices }, { setNotices }, traffic, { xmppGate }, { nostrGate }] = await Promise.all([
		import('../../src/tap/notices.ts'),
		import('../../src/tap/anonymous-frames.ts'),
		import('../../src/tap/traffic.ts'),
		import('../../src/tap/xmpp-gate.ts'),
		import('../../src/tap/nostr-gate.ts'),
	]);
	const rings: { url: string; data: string; network: string }[] = [];
	traffic.otherPort.onmessage = ({ data: message }) => void rings.push(message as never);
	const sockets = { xmpp: new EventTarget(), nostr: new EventTarget() };
	takeNotices(traffic.reportRing, (source) =>
		source === sockets.xmpp
			? { gate: xmppGate(), url: 'wss://chat.test/ws' }
			: source === sockets.nostr
				? { gate: nostrGate(), url: 'wss://relay.test/' }
				: null,
	);
	if (active) setNotices(true);
	/** A frame comes, and the page reads it. */
	function come(text: string, target: EventTarget = sockets.xmpp) {
		const event = new MessageEvent('message', { data: text });
		Object.defineProperty(event, 'isTrusted', { value: true });
		target.addEventListener('message', (message) => void (message as MessageEvent).data, { once: true });
		target.dispatchEvent(event);
	}
	return { view, come, sockets, rings, setNotices, Media, worker: new Worker() };
}
const undo: (() => void)[] = [];

beforeEach(() => {
	own = [];
	permission = 'granted';
	isLooped = false;
});
afterEach(() => {
	for (const act of undo.splice(0)) act();
	vi.unstubAllGlobals();
	vi.resetModules();
});

test('a notification of an anonymous message is handed over once, with where it came from; others are the page’s', async () => {
	const { view, come, rings } = await open();
	come(stanza('hello'));
	for (const body of ['hello', 'hello', 'something else']) new view.Notification('Anonymous elm says', { body });
	expect(own).toEqual(['Anonymous elm says']);
	await eventually(() => expect(rings).toHaveLength(1));
	expect(rings[0]).toMatchObject({ network: 'xmpp', direction: 'in', url: 'wss://chat.test/ws', data: stanza('hello'), rings: true });
});

test.each(['22:I:https://blog.test/voices', "29:relay.test'group", `28:${'a'.repeat(64)}`])(
	'what is handed over of a Nostr room is read as the message it is: %s',
	async (address) => {
		const room = parseRoom(address);
		const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
		const now = Math.floor(Date.now() / 1000);
		const { wire, authorKey, authorPrivate } = composeAs('stranger', 'nostr', roomId(room), 'hello', now);
		const author = nostrAuthor(authorKey as Uint8Array, authorPrivate as Uint8Array, random);
		const unsigned = template({ room, author: xHex(author), text: 'hello', wire, createdAt: now, reply: null, root: null });
		const { view, come, sockets, rings } = await open();
		come(JSON.stringify(['EVENT', 's', signEvent(unsigned, author)]), sockets.nostr);
		new view.Notification('New message', { body: 'hello' });
		await eventually(() => expect(rings).toHaveLength(1));
		const { messages }: Reading = readFrame(rings[0] as never);
		expect(messages.map((message) => [message.room, message.bodies[0]])).toEqual([[roomId(room), 'hello']]);
	},
);

test('nothing is taken before Bauta is there, nor without the site’s leave to show notifications', async () => {
	const { view, come, setNotices, Media, worker } = await open(false);
	const act = () => {
		new view.Notification('Anonymous elm says', { body: 'hello' });
		worker.postMessage({ type: 'notification', title: 'Anonymous elm says', body: 'hello' });
		void new Media().play();
	};
	come(stanza('hello'));
	act();
	expect(own).toHaveLength(3);
	setNotices(true);
	permission = 'denied';
	act();
	expect(own).toHaveLength(6);
	permission = 'granted';
	act();
	expect(own).toHaveLength(6);
	setNotices(false);
	act();
	expect(own).toHaveLength(9);
});

test('what the page’s own windows and channels send is no server’s word', async () => {
	const { view, come } = await open();
	const { port1 } = new MessageChannel();
	for (const target of [view, port1, new EventTarget()]) come(stanza('hello'), target);
	port1.close();
	new view.Notification('Anonymous elm says', { body: 'hello' });
	expect(own).toHaveLength(1);
});

test('a worker is told everything that is no order to show a message', async () => {
	const { come, worker } = await open();
	come(stanza('hello'));
	const order = { type: 'notification', title: 'Anonymous elm says', body: 'hello' };
	worker.postMessage({ ...order, type: 'draft' });
	worker.postMessage({ title: order.title, body: order.body });
	worker.postMessage(order, []);
	expect(own).toHaveLength(3);
	worker.postMessage(order);
	expect(own).toHaveLength(3);
});

test('a sound is heard that goes on and on, and one that follows an act of the user’s', async () => {
	const { view, come, Media } = await open();
	come(stanza('hello'));
	void new Media().play();
	expect(own).toEqual([]);
	isLooped = true;
	void new Media().play();
	expect(own).toEqual(['sound']);
	isLooped = false;
	const key = new Event('keydown');
	Object.defineProperty(key, 'isTrusted', { value: true });
	view.dispatchEvent(key);
	void new Media().play();
	expect(own).toEqual(['sound', 'sound']);
});

test('what cannot be handed over, as too much was, the page shows itself', async () => {
	const { view, come, rings } = await open();
	const shown = () => own.length;
	let at = 0;
	// 8,000,000 characters at once, and a million a second
	for (; shown() === 0 && at < 400; at++) {
		come(stanza(`number ${at}`, `${envelope}${'<q/>'.repeat(16_000)}`));
		new view.Notification('Anonymous elm says', { body: `number ${at}` });
	}
	expect(at).toBeGreaterThan(100);
	expect(shown()).toBe(1);
	await eventually(() => expect(rings).toHaveLength(at - 1));
});

test('a setter that the page puts before the places of lists gets nothing', async () => {
	const { view, come } = await open();
	const got: unknown[] = [];
	Object.defineProperty(Array.prototype, '0', { configurable: true, set: (value) => void got.push(value) });
	undo.push(() => void Reflect.deleteProperty(Array.prototype, '0'));
	come(stanza('hello'));
	new view.Notification('Anonymous elm says', { body: 'hello' });
	Reflect.deleteProperty(Array.prototype, '0');
	expect(got.filter((value) => JSON.stringify(value)?.includes('hello'))).toEqual([]);
	expect(own).toEqual([]);
});
