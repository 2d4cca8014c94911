import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { cleanSocket } from '../../../src/networks/channel/connections.ts';

// When what was sent has left: pauses count from then (THREATS.md T5).

let server: WebSocketServer;
let served: WebSocket;
const signal = new AbortController().signal;

beforeAll(async () => {
	vi.stubGlobal('WebSocket', WebSocket);
	server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 100_000_000 });
	server.on('connection', (socket) => {
		served = socket;
	});
	await new Promise((done) => server.once('listening', done));
});
afterAll(() => {
	vi.unstubAllGlobals();
	server.close();
});

/** A socket to a server that reads nothing until it is told to. */
async function toBusyServer() {
	const socket = await cleanSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, [], signal);
	served.pause();
	return socket;
}
const within = (ms: number, task: Promise<void>) =>
	Promise.race([task.then(() => 'left'), new Promise((late) => setTimeout(late, ms, 'waits'))]);

test('what the system takes has left, whether the server has read it or not: the way to it is not waited for', async () => {
	const socket = await toBusyServer();
	expect(await within(1000, socket.send('hello'))).toBe('left');
	socket.close();
});

test('what the system does not take yet has not left', async () => {
	const socket = await toBusyServer();
	expect(await within(300, socket.send('x'.repeat(50_000_000)))).toBe('waits');
	socket.close();
});

test('nobody waits for ever: not where the server takes nothing, nor where the socket is closed', async () => {
	const socket = await toBusyServer();
	expect(await within(20_000, socket.send('x'.repeat(50_000_000)))).toBe('left');
	const closed = await toBusyServer();
	const sent = closed.send('x'.repeat(50_000_000));
	closed.close();
	expect(await within(1000, sent)).toBe('left');
	for (const client of server.clients) client.terminate();
});
