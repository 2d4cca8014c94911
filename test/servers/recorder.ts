import { connect, createServer, type Server, type Socket } from 'node:net';
import { addWitness } from '../evidence.ts';
import { patience } from '../until.ts';
import { FrameReader } from './frame-reader.ts';
import { HttpReader, type RecordedExchange } from './http-reader.ts';
import { createTlsFront, type TlsFacts } from './tls-front.ts';

export type { RecordedExchange } from './http-reader.ts';
/** Seen from the client: `out` leaves it, `in` comes to it. */
export type Direction = 'out' | 'in';

export interface RecordedFrame {
	direction: Direction;
	text: string;
	/** unix ms */
	at: number;
}

/** One TCP connection, as the server's side of the wire sees it. */
export interface RecordedConnection {
	id: number;
	/** TCP source port: two requests with the same one shared a connection */
	sourcePort: number;
	/** TLS only: with what it came, and what tells the tickets that it was given */
	tls: TlsFacts | null;
	opened: number;
	closed: number | null;
	/** requests with their answers, in order; the WebSocket handshake is one of them */
	exchanges: RecordedExchange[];
	/** text frames, after a WebSocket handshake */
	frames: RecordedFrame[];
	/** all bytes, where they are kept; under TLS what was in it */
	chunks: { direction: Direction; at: number; bytes: Buffer }[];
}

/** A fault to put in the way. `when` sees each decoded text (frame or body) before it is passed on. */
export type RecorderFault =
	/** connections are reset as soon as they come */
	| { kind: 'refuse' }
	/** the connection is reset at this text; `after`: the text itself still passes */
	| { kind: 'cut'; when(direction: Direction, text: string): boolean; after?: boolean }
	/** from this text on nothing passes any more, and nothing is closed */
	| { kind: 'hang'; when(direction: Direction, text: string): boolean; after?: boolean };

export interface RecorderOptions {
	/** port of 127.0.0.1 behind it */
	target: number;
	/** round trip put in, ms, half each way; opening a connection costs one more. Default 0 */
	roundTrip?: number;
	/** PEM; with it the recorder speaks TLS to the client and plain TCP to the server */
	tls?: { key: string; cert: string };
	/** keeps every byte */
	keepsBytes?: boolean;
	/** `Set-Cookie` values put into every answer's head, to see whether anybody keeps them; `{id}` in them becomes the connection's number */
	setCookies?: string[];
	/** answers a request itself, with a whole HTTP answer, and does not pass it on; nothing: the server answers */
	answers?(asked: RecordedExchange): string | undefined;
}

export interface Recorder {
	readonly port: number;
	readonly connections: RecordedConnection[];
	roundTrip: number;
	fault: RecorderFault | null;
	setCookies: string[];
	/** all text that left a client, bodies and frames, in the order in which they came */
	sent(): { connection: RecordedConnection; text: string; at: number }[];
	/** forgets what was recorded (open connections stay and go on recording into a fresh entry list) */
	clear(): void;
	/** waits until the recorded traffic fulfils the condition */
	until(condition: (connections: RecordedConnection[]) => boolean, timeoutMs?: number): Promise<void>;
	stop(): Promise<void>;
}

/** What went over the wire, a line for each text, as it is read by people. */
function wireLog(connections: RecordedConnection[]): string {
	const lines = connections.flatMap(({ id, exchanges, frames }) => [
		...exchanges.map(({ at, method, path, body, status, responseBody }) => ({
			at,
			line: `#${id} ${method} ${path} ${body} → ${status} ${responseBody}`,
		})),
		...frames.map(({ at, direction, text }) => ({ at, line: `#${id} ${direction} ${text}` })),
	]);
	return lines
		.sort((one, other) => one.at - other.at)
		.map(({ at, line }) => `${new Date(at).toISOString()} ${line}\n`)
		.join('');
}

/** One direction of a connection: what comes after another never arrives before it, as timers alone would let it. */
class DelayedWay {
	readonly #waiting: { act: () => void; arrival: number }[] = [];

	/** Does it after so many ms, and after all that came before. */
	later(delay: number, act: () => void): void {
		const isFirst = this.#waiting.length === 0;
		if (isFirst && delay <= 0) act();
		else this.#waiting.push({ act, arrival: Date.now() + delay });
		if (isFirst) this.#arrive();
	}

	#arrive(): void {
		for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
			const rest = next.arrival - Date.now();
			if (rest > 0) return void setTimeout(() => this.#arrive(), rest);
			next.act();
			this.#waiting.shift();
		}
	}
}

/** A recording TCP proxy in front of an HTTP and WebSocket port of 127.0.0.1. */
export async function startRecorder(options: RecorderOptions): Promise<Recorder> {
	let connections: RecordedConnection[] = [];
	const sockets = new Set<Socket>();
	const watchers = new Set<() => void>();
	let count = 0;
	const wakeWatchers = () => {
		for (const watcher of [...watchers]) watcher();
	};

	const accept = (client: Socket, facts: TlsFacts | null = null) => {
		sockets.add(client);
		client.on('close', () => sockets.delete(client));
		client.on('error', () => undefined);
		if (recorder.fault?.kind === 'refuse') {
			client.resetAndDestroy();
			return;
		}
		client.setNoDelay(true);
		const record: RecordedConnection = {
			id: ++count,
			sourcePort: client.remotePort ?? 0,
			tls: facts,
			opened: Date.now(),
			closed: null,
			exchanges: [],
			frames: [],
			chunks: [],
		};
		connections.push(record);
		const server = connect(options.target, '127.0.0.1');
		sockets.add(server);
		server.setNoDelay(true);
		server.on('error', () => client.destroy());
		server.on('close', () => {
			sockets.delete(server);
			later('in', () => client.end());
		});
		client.on('close', () => {
			record.closed = Date.now();
			later('out', () => server.end());
			wakeWatchers();
		});

		let hanging = false;
		const ways = { out: new DelayedWay(), in: new DelayedWay() };
		if (recorder.roundTrip > 0) ways.out.later(recorder.roundTrip, () => {});
		const later = (direction: Direction, act: () => void) => ways[direction].later(recorder.roundTrip / 2, act);
		const frames = { out: new FrameReader(), in: new FrameReader() };
		const http = new HttpReader(record.exchanges, () => recorder.setCookies.map((cookie) => cookie.replace('{id}', String(record.id))));
		const cut = () => {
			client.resetAndDestroy();
			server.destroy();
		};
		const pass = (direction: Direction, chunk: Buffer) => {
			if (hanging) return;
			if (options.keepsBytes) record.chunks.push({ direction, at: Date.now(), bytes: chunk });
			const texts: string[] = [];
			const read = http.read(direction, chunk);
			const asked = direction === 'out' ? record.exchanges.at(-1) : undefined;
			const answer = asked?.status === 0 ? options.answers?.(asked) : undefined;
			if (answer !== undefined) return pass('in', Buffer.from(answer));
			texts.push(...read.bodies);
			for (const text of frames[direction].read(read.upgraded)) {
				record.frames.push({ direction, text, at: Date.now() });
				texts.push(text);
			}
			const fault = recorder.fault;
			const struck = fault && fault.kind !== 'refuse' && texts.some((text) => fault.when(direction, text)) ? fault : null;
			const to = direction === 'out' ? server : client;
			if (!struck || struck.after) later(direction, () => to.writable && to.write(read.passed));
			if (struck) {
				if (struck.kind === 'hang') hanging = true;
				else if (struck.after) setTimeout(cut, recorder.roundTrip + 30);
				else cut();
			}
			wakeWatchers();
		};
		client.on('data', (chunk: Buffer) => pass('out', chunk));
		server.on('data', (chunk: Buffer) => pass('in', chunk));
	};

	const listener: Server = options.tls ? createTlsFront(options.tls, accept) : createServer((client) => accept(client));
	await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
	const address = listener.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	const recorder: Recorder = {
		port: address.port,
		get connections() {
			return connections;
		},
		roundTrip: options.roundTrip ?? 0,
		fault: null,
		setCookies: options.setCookies ?? [],
		sent() {
			return connections
				.flatMap((connection) => [
					...connection.exchanges
						.filter((exchange) => exchange.body !== '')
						.map((exchange) => ({ connection, text: exchange.body, at: exchange.at })),
					...connection.frames
						.filter((frame) => frame.direction === 'out')
						.map((frame) => ({ connection, text: frame.text, at: frame.at })),
				])
				.sort((one, other) => one.at - other.at);
		},
		clear() {
			for (const connection of connections) {
				connection.exchanges.length = 0;
				connection.frames.length = 0;
			}
			connections = connections.filter((connection) => connection.closed === null);
		},
		until(condition, timeoutMs = patience) {
			return new Promise((resolve, reject) => {
				const look = () => {
					if (!condition(connections)) return;
					clearTimeout(timer);
					watchers.delete(look);
					resolve();
				};
				const timer = setTimeout(() => {
					watchers.delete(look);
					reject(new Error('the recorder waited in vain'));
				}, timeoutMs);
				watchers.add(look);
				look();
			});
		},
		async stop() {
			await leave();
			const closed = new Promise((resolve) => listener.close(resolve));
			for (const socket of sockets) socket.destroy();
			await closed;
		},
	};
	const leave = addWitness('recorder', () => ({ 'wire.log': wireLog(connections) }));
	return recorder;
}
