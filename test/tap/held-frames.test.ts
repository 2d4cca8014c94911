import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
	vi.resetModules();
});

test('what the page says leaves after five seconds, where nobody ever says which rooms are closed', async () => {
	vi.useFakeTimers();
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
		fetch,
		Response,
		document: { querySelectorAll: () => [] },
	});
	vi.stubGlobal('window', page);
	// every page's window has this; a name of the tap's must not fall back to it
	vi.stubGlobal('closed', false);
	await import('../../src/tap/tap.ts');

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
