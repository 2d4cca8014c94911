import { BautaError } from '../../messages/errors.ts';
import type { ChannelRequest, ChannelResponse, ChannelSocket } from './channel.ts';

// The two calls that open a connection; everything else in Bauta goes through them.

const maxBody = 4_000_000;
const maxWaiting = 2_000;

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

function unixSeconds(header: string | null): number | null {
	const time = header === null ? Number.NaN : Date.parse(header);
	return Number.isNaN(time) ? null : Math.floor(time / 1000);
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

/** One WebSocket. Throws `cancelled` or `server-down`. What arrives before it is asked for waits in order. */
export async function cleanSocket(url: string, protocols: string[], signal: AbortSignal): Promise<ChannelSocket> {
	if (signal.aborted) throw new BautaError('cancelled');
	const socket = new WebSocket(url, protocols);
	const waiting = new FrameQueue(new BautaError('server-down', new URL(url).origin));
	socket.onmessage = ({ data }) => {
		if (typeof data === 'string' && waiting.length < maxWaiting) waiting.add(data);
		else socket.close();
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
		send: (data) => socket.send(data),
		close: () => socket.close(),
		receive: (until) => waiting.next(until),
	};
}

/** Frames that arrived and were not asked for yet, then the end. */
export class FrameQueue {
	readonly #frames: string[] = [];
	readonly #end: BautaError;
	#ended = false;
	#wake: () => void = () => {};

	constructor(end: BautaError) {
		this.#end = end;
	}
	get length(): number {
		return this.#frames.length;
	}
	add(frame: string): void {
		this.#frames.push(frame);
		this.#wake();
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
			if (frame !== undefined) return frame;
			if (this.#ended) throw this.#end;
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
				signal.addEventListener('abort', () => resolve(), { once: true });
			});
		}
	}
}
