import { BautaError } from '../../messages/errors.ts';
import type { Runtime } from '../../platform/api/browser.ts';
import type { Channel, ChannelRequest, ChannelResponse, ChannelSocket, CounterSearch } from './channel.ts';
import type { ChannelCommand, ChannelEvent } from './commands.ts';
import { FrameQueue } from './connections.ts';
import { requireGuests, requireHosts, socketFault } from './grants.ts';
import { withoutPassword } from './preflight.ts';

/** Chromium: the background's side of a channel whose connections are opened in the frame of an offscreen document. */
export class RemoteChannel implements Channel {
	readonly #page: string;
	readonly #port: Runtime.Port;
	readonly #done: () => void;
	readonly #listeners = new Map<number, (event: ChannelEvent) => void>();
	#count = 0;
	#closed = false;

	/** `page`: the chat's own page origin */
	constructor(page: string, port: Runtime.Port, done: () => void) {
		this.#page = page;
		this.#port = port;
		this.#done = done;
		port.onMessage.addListener((message) => {
			const event = message as ChannelEvent;
			this.#listeners.get(event.id)?.(event);
		});
		port.onDisconnect.addListener(() => this.close());
	}

	/** Starts something in the frame. The listener hears of it until the signal aborts, it failed, or the channel is closed. */
	#start(command: (id: number) => ChannelCommand, signal: AbortSignal | undefined, hear: (event: ChannelEvent) => void) {
		const id = ++this.#count;
		const post = (made: ChannelCommand) => {
			if (!this.#closed) this.#port.postMessage(made);
		};
		const abort = () => {
			post({ id, kind: 'end' });
			finish({ id, kind: 'failed', code: 'cancelled', detail: '' });
		};
		const finish = (event: ChannelEvent) => {
			signal?.removeEventListener('abort', abort);
			this.#listeners.delete(id);
			hear(event);
		};
		if (this.#closed || signal?.aborted) {
			hear({ id, kind: 'failed', code: 'cancelled', detail: '' });
			return { id, post };
		}
		signal?.addEventListener('abort', abort, { once: true });
		this.#listeners.set(id, (event) =>
			event.kind === 'failed' || event.kind === 'answer' || event.kind === 'counter' ? finish(event) : hear(event),
		);
		post(command(id));
		return { id, post };
	}

	async fetch({ signal, ...request }: ChannelRequest): Promise<ChannelResponse> {
		await requireHosts(request.url);
		const response = await new Promise<ChannelResponse>((resolve, reject) => {
			this.#start(
				(id) => ({ id, kind: 'fetch', request }),
				signal,
				(event) => {
					if (event.kind === 'answer') resolve(event.response);
					else if (event.kind === 'failed') reject(new BautaError(event.code, event.detail));
				},
			);
		});
		return requireGuests(this.#page, request, response);
	}

	async socket(url: string, protocols: string[], signal: AbortSignal): Promise<ChannelSocket> {
		const page = url.replace(/^ws/, 'http');
		await requireHosts(url, page);
		const status = await withoutPassword((request) => this.fetch(request), page, signal);
		const waiting = new FrameQueue(new BautaError('server-down', new URL(url).origin));
		const socket = new AbortController();
		const both = AbortSignal.any([signal, socket.signal]);
		const leaving: (() => void)[] = [];
		return new Promise((resolve, reject) => {
			const { id, post } = this.#start(
				(id) => ({ id, kind: 'socket', url, protocols }),
				both,
				(event) => {
					if (event.kind === 'opened') {
						resolve({
							send: (data) =>
								new Promise((left) => {
									if (!this.#listeners.has(id)) return left();
									leaving.push(left);
									post({ id, kind: 'send', data });
								}),
							close: () => socket.abort(),
							receive: (until) => waiting.next(until),
						});
					} else if (event.kind === 'sent') leaving.shift()?.();
					else if (event.kind === 'data') {
						if (!waiting.add(event.data)) socket.abort();
					} else if (event.kind === 'failed') {
						waiting.end();
						for (const left of leaving) left();
						reject(socketFault(this.#page, url, status, new BautaError(event.code, event.detail)));
					}
				},
			);
		});
	}

	findCounter(search: CounterSearch, signal: AbortSignal, progress: (tried: number) => void): Promise<string> {
		return new Promise((resolve, reject) => {
			this.#start(
				(id) => ({ id, kind: 'search', search }),
				signal,
				(event) => {
					if (event.kind === 'tried') progress(event.tried);
					else if (event.kind === 'counter') resolve(event.counter);
					else if (event.kind === 'failed') reject(new BautaError(event.code, event.detail));
				},
			);
		});
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		for (const [id, hear] of [...this.#listeners]) hear({ id, kind: 'failed', code: 'cancelled', detail: '' });
		this.#port.disconnect();
		this.#done();
	}
}
