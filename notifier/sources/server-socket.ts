import { WebSocket } from 'ws';
import type { Clock } from '../time/clock.ts';
import { BackOff, type Patience } from './back-off.ts';

const handshakeMs = 15_000;
/** bytes of one frame */
const mostFrameBytes = 2 ** 20;
/** frames in a minute, and their bytes; beyond, it is a flood */
const mostFramesAMinute = 6000;
const mostBytesAMinute = 20 * 2 ** 20;

/** What a connection tells whoever uses it. */
export interface SocketListener {
	onOpen(socket: ServerSocket): void;
	onFrame(text: string): void;
	/** it is over, and will be tried again later */
	onEnd(why: 'unreachable' | 'flooding'): void;
}

/** A WebSocket to a server that comes back by itself, later each time, for as long as it is wanted. */
export class ServerSocket {
	readonly #url: string;
	readonly #protocols: string[];
	readonly #listener: SocketListener;
	readonly #clock: Clock;
	readonly #patience: Patience;
	readonly #backOff: BackOff;
	#socket: WebSocket | null = null;
	#timer: NodeJS.Timeout | undefined;
	#watch: NodeJS.Timeout | undefined;
	#isWanted = false;
	#minute = { number: 0, frames: 0, bytes: 0 };
	#heardAt = 0;

	constructor(url: string, protocols: string[], listener: SocketListener, clock: Clock, patience: Patience) {
		this.#url = url;
		this.#protocols = protocols;
		this.#listener = listener;
		this.#clock = clock;
		this.#patience = patience;
		this.#backOff = new BackOff(patience);
	}

	/** Connects, and connects again, until `stop`. */
	start(): void {
		if (this.#isWanted) return;
		this.#isWanted = true;
		this.#connect();
	}

	/** Ends the connection, and any wait for a new one. */
	stop(): void {
		this.#isWanted = false;
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#drop();
	}

	/** Sends a frame; what is said while there is no connection is not said. */
	send(text: string): void {
		if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text);
	}

	/** Ends this connection; the next one comes later. `isGrave`: much later. */
	fail(why: 'unreachable' | 'flooding', isGrave = false): void {
		if (!this.#socket) return;
		this.#drop();
		this.#listener.onEnd(why);
		if (this.#isWanted) this.#timer = setTimeout(() => this.#connect(), this.#backOff.failed(this.#clock.steady(), isGrave));
	}

	#connect(): void {
		const socket = new WebSocket(this.#url, this.#protocols, {
			handshakeTimeout: handshakeMs,
			maxPayload: mostFrameBytes,
			perMessageDeflate: false,
			followRedirects: false,
		});
		this.#socket = socket;
		const isCurrent = () => this.#socket === socket;
		socket.on('open', () => {
			if (!isCurrent()) return;
			this.#heardAt = this.#clock.steady();
			this.#backOff.connected(this.#heardAt);
			this.#watch = setInterval(() => this.#lookWhetherItLives(socket), this.#patience.silence / 2);
			this.#listener.onOpen(this);
		});
		socket.on('message', (data, isBinary) => {
			if (!isCurrent()) return;
			this.#heardAt = this.#clock.steady();
			if (this.#isFlood((data as Buffer).length)) return this.fail('flooding', true);
			if (!isBinary) this.#listener.onFrame(String(data));
		});
		socket.on('pong', () => {
			this.#heardAt = this.#clock.steady();
		});
		socket.on('error', (error: NodeJS.ErrnoException) => {
			// a frame that is too long, for which it would be made to come back again and again
			if (isCurrent() && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') this.fail('unreachable', true);
		});
		socket.on('close', () => isCurrent() && this.fail('unreachable'));
	}

	#drop(): void {
		clearInterval(this.#watch);
		const socket = this.#socket;
		this.#socket = null;
		if (!socket) return;
		// while it is still being opened there is nothing to take leave of
		if (socket.readyState === WebSocket.OPEN) socket.close();
		setTimeout(() => socket.terminate(), 2000).unref();
	}

	#lookWhetherItLives(socket: WebSocket): void {
		const silence = this.#clock.steady() - this.#heardAt;
		if (silence >= 2 * this.#patience.silence) this.fail('unreachable');
		else if (silence >= this.#patience.silence / 2) socket.ping();
	}

	#isFlood(length: number): boolean {
		const number = Math.floor(this.#clock.steady() / 60_000);
		if (number !== this.#minute.number) this.#minute = { number, frames: 0, bytes: 0 };
		this.#minute.frames++;
		this.#minute.bytes += length;
		return this.#minute.frames > mostFramesAMinute || this.#minute.bytes > mostBytesAMinute;
	}
}
