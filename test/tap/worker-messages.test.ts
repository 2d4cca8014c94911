import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FromTap } from '../../src/messages/tap.ts';
import { eventually } from '../eventually.ts';

const room = 'lobby@rooms.chat.test';
let messages = 0;
const say = (to: string) => `<message xmlns="jabber:client" to="${to}" type="groupchat" id="m${++messages}"><body>hello</body></message>`;

/** what reached the workers */
let arrived: unknown[] = [];

/** A page in which the tap hears workers, and in which these rooms are closed. */
async function page(rooms: string[] | null) {
	// new ones for each page: the tap changes them
	class Port extends EventTarget {
		postMessage(...values: unknown[]) {
			arrived.push(values[0]);
		}
	}
	class Dedicated extends EventTarget {
		postMessage(...values: unknown[]) {
			arrived.push(values[0]);
		}
	}
	class Service extends EventTarget {
		postMessage(...values: unknown[]) {
			arrived.push(values[0]);
		}
	}
	class Shared {
		port = new Port();
	}
	const container = new EventTarget();
	const view = { SharedWorker: Shared, Worker: Dedicated, MessagePort: Port, ServiceWorker: Service };
	vi.stubGlobal('window', view);
	vi.stubGlobal('navigator', { serviceWorker: container });
	const traffic = await import('../../src/tap/traffic.ts');
	const reported: FromTap[] = [];
	traffic.otherPort.onmessage = ({ data }) => void reported.push(data as FromTap);
	const { gateWorkers } = await import('../../src/tap/worker-messages.ts');
	gateWorkers();
	if (rooms) traffic.closeRooms(rooms.map((address) => ({ network: 'xmpp', address })));
	return { view, traffic, reported };
}
/** A message that no script made up, as the browser would deliver it. */
function deliver(target: EventTarget, data: unknown): void {
	const event = new MessageEvent('message', { data });
	Object.defineProperty(event, 'isTrusted', { value: true });
	target.dispatchEvent(event);
}

beforeEach(() => {
	arrived = [];
});
afterEach(() => {
	vi.unstubAllGlobals();
	vi.resetModules();
});

test.each(['SharedWorker', 'Worker', 'ServiceWorker'] as const)(
	'a %s gets nothing of what the account says in a closed room',
	async (kind) => {
		const { view } = await page([room]);
		const worker = kind === 'SharedWorker' ? new view.SharedWorker().port : new view[kind]();
		worker.postMessage(['send', say(room)]);
		worker.postMessage({ stanza: { xml: say(room) } });
		worker.postMessage(say(room));
		expect(JSON.stringify(arrived)).not.toContain('hello');
		expect(JSON.stringify(arrived)).toContain('urn:xmpp:ping');
		const other = ['send', say('other@rooms.chat.test'), new Uint8Array(2)];
		worker.postMessage(other);
		expect(arrived.at(-1)).toBe(other);
	},
);

test('what the page says to a worker waits, in order, until it is known which rooms are closed', async () => {
	const { view, traffic } = await page(null);
	const { port } = new view.SharedWorker();
	port.postMessage(['_connect', 'wss://chat.test/ws', 'alice@chat.test']);
	const said = say(room);
	port.postMessage(['send', said]);
	port.postMessage(['send', '<presence/>']);
	expect(arrived).toEqual([['_connect', 'wss://chat.test/ws', 'alice@chat.test']]);
	traffic.closeRooms([]);
	expect(arrived.slice(1)).toEqual([
		['send', said],
		['send', '<presence/>'],
	]);
});

test('the server’s address and anonymous messages are handed over, also in a tab that goes on with the stream of another one', async () => {
	const { view, reported } = await page([]);
	const { port } = new view.SharedWorker();
	port.postMessage(['_attach', 'wss://chat.test/ws']);
	deliver(port, ['_attachCallback', 8, 'alice@chat.test/one']);
	const marked = '<message from="lobby@rooms.chat.test/x"><anonymous xmlns="urn:x-bauta:1"/></message>';
	deliver(port, ['_onMessage', { data: marked }]);
	await eventually(() => expect(reported).toHaveLength(2));
	expect(reported).toEqual([
		expect.objectContaining({ direction: 'out', url: 'wss://chat.test/ws', data: expect.stringContaining('to="chat.test"') }),
		expect.objectContaining({ direction: 'in', url: 'wss://chat.test/ws', data: marked }),
	]);
});

test('what is no message is handed on as it is, with what goes along with it', async () => {
	const { view } = await page([room]);
	const { port } = new view.SharedWorker();
	const date = new Date();
	for (const data of [null, 7, date]) port.postMessage(data);
	expect(arrived).toEqual([null, 7, date]);
	expect(arrived[2]).toBe(date);
});
