import { connect, createServer, type Socket } from 'node:net';
import { FrameReader } from '../servers/frame-reader.ts';
import { HttpReader, type RecordedExchange } from '../servers/http-reader.ts';

/** Something that the server sees, or says, on a line. */
export interface LineEvent {
	/** when the server sees it, ms on the clock of `performance` */
	at: number;
	/** which of the line's connections, from 0 */
	connection: number;
	direction: 'out' | 'in';
	/**
	 * `request`, `response`: a whole one; `text`: a frame of a WebSocket; `control`: another frame of it; `opened`, `ended`: what TCP tells
	 */
	kind: 'opened' | 'request' | 'response' | 'text' | 'control' | 'ended';
	/** body or text */
	text: string;
	/** method and path of a request */
	request: string;
	headers: [name: string, value: string][];
	bytes: number;
}

/** The way of one message to one server and back, with an ear at the server's end. */
export interface Line {
	port: number;
	events: LineEvent[];
	close(): void;
}

/** What opening a connection costs before the first byte arrives: TCP, and TLS 1.3, which the tests leave out and the net does not. */
const openingTrips = 2;

/**
 * Opens a line to a port of 127.0.0.1. `roundTrip`: gives there and back, ms, drawn anew for each chunk of bytes.
 */
export async function openLine(target: number, roundTrip: () => number): Promise<Line> {
	const events: LineEvent[] = [];
	const sockets = new Set<Socket>();
	let count = 0;

	const accept = (client: Socket) => {
		const connection = count++;
		const note = (direction: 'out' | 'in', kind: LineEvent['kind'], more: Partial<LineEvent> = {}) =>
			events.push({ at: performance.now(), connection, direction, kind, text: '', request: '', headers: [], bytes: 0, ...more });
		const start = performance.now();
		const due = { out: start + (openingTrips + 0.5) * roundTrip(), in: 0 };
		const underWay = { out: [] as (() => void)[], in: [] as (() => void)[] };
		/** lets it arrive at the other end, after all that left before it */
		const later = (direction: 'out' | 'in', act: () => void) => {
			due[direction] = Math.max(due[direction], performance.now() + roundTrip() / 2);
			underWay[direction].push(act);
			// two timers of one moment may change places
			setTimeout(() => underWay[direction].shift()?.(), due[direction] - performance.now());
		};
		const server = connect(target, '127.0.0.1');
		setTimeout(() => note('out', 'opened'), roundTrip() / 2);
		for (const socket of [client, server]) {
			sockets.add(socket);
			socket.setNoDelay(true);
			socket.on('error', () => undefined);
			socket.on('close', () => sockets.delete(socket));
		}
		const exchanges: RecordedExchange[] = [];
		const http = new HttpReader(exchanges, () => []);
		const frames = { out: new FrameReader(), in: new FrameReader() };
		const hear = (direction: 'out' | 'in', chunk: Buffer) => {
			const bytes = chunk.length;
			const wasUpgraded = exchanges.some(({ upgraded }) => upgraded);
			const { bodies, upgraded } = http.read(direction, chunk);
			const { method = '', path = '', headers = [], responseHeaders = [] } = exchanges.at(-1) ?? {};
			for (const text of bodies) {
				if (direction === 'out') note('out', 'request', { text, bytes, headers, request: `${method} ${path}` });
				else note('in', 'response', { text, bytes, headers: responseHeaders });
			}
			if (!wasUpgraded && exchanges.some((one) => one.upgraded)) note('in', 'response', { bytes, headers: responseHeaders });
			const { controls } = frames[direction];
			const texts = frames[direction].read(upgraded);
			for (const text of texts) note(direction, 'text', { text, bytes: Buffer.byteLength(text) });
			// a server's closing may come in one piece with its last word
			if (frames[direction].controls > controls) note(direction, 'control', { bytes: upgraded.length });
		};
		client.on('data', (chunk: Buffer) =>
			later('out', () => {
				hear('out', chunk);
				if (server.writable) server.write(chunk);
			}),
		);
		server.on('data', (chunk: Buffer) => {
			hear('in', chunk);
			later('in', () => client.writable && client.write(chunk));
		});
		client.on('close', () =>
			later('out', () => {
				note('out', 'ended');
				server.end();
			}),
		);
		server.on('close', () => later('in', () => client.end()));
	};

	const listener = createServer(accept);
	await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));
	const address = listener.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	return {
		port: address.port,
		events,
		close() {
			listener.close();
			for (const socket of sockets) socket.destroy();
		},
	};
}
