import { BautaError } from '../../messages/errors.ts';
import { type ChannelRequest, type ChannelResponse, type ChannelSocket, maxBody, unixSeconds } from './channel.ts';

// The two calls that open a connection; everything else in Bauta goes through them.

/** Characters of frames that nobody has taken yet. */
const maxWaiting = 16_000_000;
/** How often is looked whether what was sent has left, ms, and for how long: beyond that the server takes nothing. */
const lookMs = 20;
const mostLooks = 100;

/** Reads a body up to a bound: a hostile server must not fill the memory. */
async function readBody(response: Response): Promise<string> {
	const reader = response.body?.getReader();
	if (!reader) return '';
	const decoder = new TextDecoder();
	let text = '';
	for (let length = 0; ; ) {
		const { done, value } = await reader.read();
		if (done) return text + decoder.decode();
		length += value.length;
		if (length > maxBody) {
			await reader.cancel();
			throw new BautaError('bad-answer', 'too long');
		}
		text += decoder.decode(value, { stream: true });
	}
}

/** Why a fetch failed. The browser does not say. */
function failure(url: string, thrown: unknown, signal: AbortSignal | undefined): BautaError {
	if (thrown instanceof BautaError) return thrown;
	return signal?.aborted ? new BautaError('cancelled') : new BautaError('server-down', new URL(url).origin);
}

/** One clean request, to a host that is granted. Throws `cancelled`, `server-down`, `bad-answer`. */
export async function cleanFetch(request: ChannelRequest): Promise<ChannelResponse> {
	const headers: Record<string, string> = {};
	if (request.accept) headers.accept = request.accept;
	if (request.contentType) headers['content-type'] = request.contentType;
	if (request.bearer) headers.authorization = `Bearer ${request.bearer}`;
	try {
		const response = await fetch(request.url, {
			method: request.method,
			headers,
			body: request.body ?? null,
			credentials: 'omit',
			cache: 'no-store',
			referrerPolicy: 'no-referrer',
			redirect: 'error',
			signal: request.signal ?? null,
		});
		return {
			status: response.status,
			date: unixSeconds(response.headers.get('date')),
			authenticate: response.headers.has('www-authenticate'),
			body: await readBody(response),
		};
	} catch (thrown) {
		throw failure(request.url, thrown, request.signal);
	}
}

/** Resolves once all that was sent has left, the socket closes, or the server takes nothing. Of the way to the server nothing is in it. */
async function drain(socket: WebSocket): Promise<void> {
	for (let look = 0; look < mostLooks && socket.readyState === WebSocket.OPEN && socket.bufferedAmount > 0; look++)
		await new Promise((over) => setTimeout(over, lookMs));
}

/** One WebSocket. Throws `cancelled` or `server-down`. What arrives before it is asked for waits in order. */
export async function cleanSocket(url: string, protocols: string[], signal: AbortSignal): Promise<ChannelSocket> {
	if (signal.aborted) throw new BautaError('cancelled');
	const socket = new WebSocket(url, protocols);
	const waiting = new FrameQueue(new BautaError('server-down', new URL(url).origin));
	socket.onmessage = ({ data }) => {
		if (typeof data !== 'string' || !waiting.add(data)) socket.close();
	};
	const stop = () => socket.close();
	await new Promise<void>((resolve, reject) => {
		socket.onopen = () => resolve();
		socket.onclose = () => {
			signal.removeEventListener('abort', stop);
			waiting.end();
			reject(new BautaError(signal.aborted ? 'cancelled' : 'server-down', signal.aborted ? '' : new URL(url).origin));
		};
		signal.addEventListener('abort', stop, { once: true });
	});
	return {
		send(data) {
			socket.send(data);
			return drain(socket);
		},
		close: () => socket.close(),
		receive: (until) => waiting.next(until),
	};
}

/** Frames that arrived and were not asked for yet, then the end. */
export class FrameQueue {
	readonly #frames: string[] = [];
	readonly #end: BautaError;
	#characters = 0;
	#ended = false;
	#wake: () => void = () => {};

	constructor(end: BautaError) {
		this.#end = end;
	}
	/** Returns false, and takes nothing, where so much waits that a server is filling the memory. */
	add(frame: string): boolean {
		if (this.#characters + frame.length > maxWaiting) return false;
		this.#characters += frame.length;
		this.#frames.push(frame);
		this.#wake();
		return true;
	}
	end(): void {
		this.#ended = true;
		this.#wake();
	}
	/** The next frame; throws `cancelled` when the signal aborts first, and what the queue was made with when the socket is closed. */
	async next(signal: AbortSignal): Promise<string> {
		for (;;) {
			if (signal.aborted) throw new BautaError('cancelled');
			const frame = this.#frames.shift();
			if (frame !== undefined) {
				this.#characters -= frame.length;
				return frame;
			}
			if (this.#ended) throw this.#end;
			await new Promise<void>((resolve) => {
				this.#wake = () => {
					signal.removeEventListener('abort', this.#wake);
					resolve();
				};
				signal.addEventListener('abort', this.#wake, { once: true });
			});
		}
	}
}
