import { afterEach, expect, test, vi } from 'vitest';
import { handshake } from '../../src/messages/tap.ts';
import type { Frame } from '../../src/networks/network.ts';
import { readFrame } from '../../src/networks/xmpp/wire/page-traffic.ts';
import { startProcessorClock } from '../processor-time.ts';

afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
	vi.resetModules();
});

/** Loads the tap into a page of stubs. What the page sends comes to `frames` and `requests`; `answer` is what its servers answer. */
async function openPage(answer = '') {
	const frames: unknown[] = [];
	class Socket extends EventTarget {
		get url() {
			return 'wss://relay.example/';
		}
		get protocol() {
			return '';
		}
		get readyState() {
			return 1;
		}
		send(data: unknown) {
			frames.push(data);
		}
	}
	const requests: unknown[] = [];
	class Request extends EventTarget {
		get responseURL() {
			return '';
		}
		get responseText() {
			return '';
		}
		send(body: unknown) {
			requests.push(body);
		}
	}
	const page = Object.assign(new EventTarget(), {
		WebSocket: Socket as unknown as typeof WebSocket,
		XMLHttpRequest: Request as unknown as typeof XMLHttpRequest,
		fetch: async (_url: string, _request: RequestInit) => new Response(answer),
		Response,
		document: { querySelectorAll: () => [] },
	});
	vi.stubGlobal('window', page);
	// every page's window has this; a name of the tap's must not fall back to it
	vi.stubGlobal('closed', false);
	const port = new Promise<MessagePort>((resolve) => {
		page.addEventListener(handshake, (event) => resolve((event as MessageEvent).ports[0] as MessagePort));
	});
	await import('../../src/tap/tap.ts');
	// a browser names the script that called a constructor where the connection fails: that is to be the page's own
	expect(page.WebSocket).toBe(Socket);
	return { page, frames, requests, port };
}

test('what the page says leaves after five seconds, where nobody ever says which rooms are closed', async () => {
	vi.useFakeTimers();
	const { page, frames, requests } = await openPage();
	const event = JSON.stringify(['EVENT', { kind: 1, content: 'hello', tags: [], id: '00', pubkey: '00', sig: '00', created_at: 1 }]);
	const body = '<body xmlns="http://jabber.org/protocol/httpbind"><message to="room@example.org"><body>hello</body></message></body>';
	new page.WebSocket('wss://relay.example/').send(event);
	new page.XMLHttpRequest().send(body);
	await vi.advanceTimersByTimeAsync(4900);
	expect(frames).toEqual([]);
	expect(requests).toEqual([]);
	await vi.advanceTimersByTimeAsync(200);
	expect(frames).toEqual([event]);
	expect(requests).toEqual([body]);
});

test('of a BOSH body that is too long as a whole each stanza is heard by itself', async () => {
	const room = 'lobby@muc.chat.test';
	const presence = (nick: string, more = '') =>
		`<presence xmlns='jabber:client' from='${nick}'><status>${'at work '.repeat(40)}</status><x xmlns='http://jabber.org/protocol/muc#user'>${more}</x></presence>`;
	const people = Array.from({ length: 2000 }, (_, at) => presence(`crowd@muc.chat.test/person-${at}`));
	const own = presence(`${room}/Alice Example`, "<status code='110'/>");
	const topic = `<message xmlns='jabber:client' type='groupchat' from='${room}'><subject>Be kind. No-Anonymous.</subject></message>`;
	const tooLong = `<message xmlns='jabber:client' type='groupchat' from='${room}'><subject>${'x'.repeat(70_000)}</subject></message>`;
	const body = `<body xmlns='http://jabber.org/protocol/httpbind' sid='s'>${[...people, own, tooLong, topic].join('')}</body>`;
	expect(body.length).toBeGreaterThan(800_000);
	const { page, port } = await openPage(body);
	const heard: Frame[] = [];
	const tap = await port;
	const authors = new Promise<string[]>((resolve) => {
		tap.onmessage = ({ data }) => {
			if (data.kind === 'presences') resolve(data.authors);
			else heard.push(data);
		};
	});
	const spent = startProcessorClock();
	await page.fetch('https://chat.test/http-bind', { method: 'POST', body: "<body xmlns='http://jabber.org/protocol/httpbind' rid='1'/>" });
	// who is there is told once, and last
	expect(await authors).toHaveLength(2001);
	expect(spent()).toBeLessThan(500);
	tap.close();
	// of the others in the room nothing is told
	expect(heard).toHaveLength(2);
	const readings = heard.map(({ data }) => readFrame({ direction: 'in', url: 'https://chat.test/http-bind', data }, 1, 'page'));
	expect(readings[0]).toMatchObject({ nicks: { [`xmpp:${room}`]: 'Alice Example' }, hints: { bosh: 'https://chat.test/http-bind' } });
	expect(readings[1]?.topics).toEqual({ [`xmpp:${room}`]: 'Be kind. No-Anonymous.' });
});
