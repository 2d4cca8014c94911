import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { logIn } from '../servers/account.ts';
import { type Prosody, startProsody } from '../servers/prosody.ts';
import { type Recorder, startRecorder } from '../servers/recorder.ts';

let prosody: Prosody;
let recorder: Recorder;
beforeAll(async () => {
	prosody = await startProsody();
	recorder = await startRecorder({ target: prosody.httpPort });
});
afterAll(async () => {
	await recorder?.stop();
	await prosody?.stop();
});
const viaRecorder = () => logIn(`ws://127.0.0.1:${recorder.port}/xmpp-websocket`, prosody.domain, 'bob', 'bob');

test('records the handshake, the frames of both directions and the source port', async () => {
	recorder.clear();
	recorder.setCookies = ['spoon=1'];
	const room = await prosody.room('recorded');
	const bob = await viaRecorder();
	await bob.join(room, 'bob');
	await bob.say(room, 'seen & heard');
	bob.close();
	recorder.setCookies = [];
	const [connection] = recorder.connections;
	expect(connection?.sourcePort).toBeGreaterThan(1023);
	const handshake = connection?.exchanges[0];
	expect(handshake).toMatchObject({ method: 'GET', path: '/xmpp-websocket', status: 101, upgraded: true });
	expect(handshake?.headers).toContainEqual(['Sec-WebSocket-Protocol', 'xmpp']);
	const texts = (direction: string) => connection?.frames.filter((frame) => frame.direction === direction).map((frame) => frame.text) ?? [];
	expect(texts('out').some((text) => text.includes('<body>seen &#38; heard</body>'))).toBe(true);
	expect(texts('in').some((text) => text.includes("from='recorded@muc.chat.test/bob'") && text.includes('seen &amp; heard'))).toBe(true);
	await recorder.until(() => recorder.sent().at(-1)?.text.includes('<close') ?? false);
});

test('records bodies of requests and answers, and adds cookies to answers', async () => {
	recorder.clear();
	recorder.setCookies = ['spoon=1; Path=/'];
	const body = `<body rid='1' to='${prosody.domain}' wait='1' hold='1' xmlns='http://jabber.org/protocol/httpbind'/>`;
	const answer = await fetch(`http://127.0.0.1:${recorder.port}/http-bind`, { method: 'POST', body });
	recorder.setCookies = [];
	expect(answer.headers.get('set-cookie')).toBe('spoon=1; Path=/');
	const exchange = recorder.connections.at(-1)?.exchanges[0];
	expect(exchange).toMatchObject({ method: 'POST', path: '/http-bind', status: 200, body });
	expect(exchange?.responseBody).toContain('sid=');
	expect(await answer.text()).toBe(exchange?.responseBody);
});

test('puts a round trip in', async () => {
	const timeLogin = async () => {
		const started = performance.now();
		(await viaRecorder()).close();
		return performance.now() - started;
	};
	// a busy machine only ever adds to a time: the shortest of some is what the way itself takes
	const shortest = async () => {
		const times = [await timeLogin(), await timeLogin(), await timeLogin()];
		return Math.min(...times);
	};
	const plain = await shortest();
	recorder.roundTrip = 40;
	let slow = await shortest();
	for (let more = 0; more < 40 && slow - plain >= 400; more++) slow = Math.min(slow, await timeLogin());
	recorder.roundTrip = 0;
	// connection, handshake, open, auth, open, bind: six
	expect(slow).toBeGreaterThan(6 * 40 - 10);
	expect(slow - plain).toBeLessThan(400);
});

test('keeps the order of what it holds back', async () => {
	const pieces = Array.from({ length: 4000 }, (_, at) => `${at} `);
	const server = createServer((_, response) => {
		const rest = [...pieces];
		const write = () => {
			const piece = rest.shift();
			if (piece === undefined) return response.end();
			response.write(piece);
			setImmediate(write);
		};
		write();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const slow = await startRecorder({ target: (server.address() as AddressInfo).port, roundTrip: 20 });
	// the clock ticks between any two readings now and then
	const { now } = Date;
	let readings = 0;
	const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + (++readings % 3));
	const answer = await fetch(`http://127.0.0.1:${slow.port}/`, { headers: { connection: 'close' } });
	expect(await answer.text()).toBe(pieces.join(''));
	clock.mockRestore();
	await slow.stop();
	server.close();
});

test('refuses, cuts off and hangs', async () => {
	recorder.fault = { kind: 'refuse' };
	await expect(viaRecorder()).rejects.toThrow();
	recorder.fault = { kind: 'cut', when: (direction, text) => direction === 'out' && text.includes('groupchat') };
	const room = await prosody.room('faults');
	const bob = await viaRecorder();
	await bob.join(room, 'bob');
	await expect(bob.say(room, 'lost')).rejects.toThrow();
	await expect.poll(() => recorder.connections.at(-1)?.closed).not.toBeNull();
	recorder.fault = { kind: 'hang', when: (direction, text) => direction === 'in' && text.includes('sid=') };
	const body = `<body rid='1' to='${prosody.domain}' wait='1' hold='1' xmlns='http://jabber.org/protocol/httpbind'/>`;
	const address = `http://127.0.0.1:${recorder.port}/http-bind`;
	const patience = new AbortController();
	const answer = fetch(address, { method: 'POST', body, signal: patience.signal });
	const given = expect(answer).rejects.toThrow('given up');
	// the server has answered, and the answer does not come through
	await recorder.until((connections) => connections.some(({ exchanges }) => exchanges.some((one) => one.responseBody.includes('sid='))));
	setTimeout(() => patience.abort(new Error('given up')), 300);
	await given;
	recorder.fault = null;
	const other = await viaRecorder();
	await other.join(room, 'bob');
	expect(other.received.join('')).not.toContain('lost');
	other.close();
});
