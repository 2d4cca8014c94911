import { BautaError } from '../../messages/errors.ts';
import type { Runtime } from '../../platform/api/browser.ts';
import { hostsGranted } from '../../platform/channel.ts';
import type { Channel, ChannelRequest, ChannelResponse, ChannelSocket, CounterSearch } from './channel.ts';
import type { ChannelCommand, ChannelEvent, FrameKind, RoutedCommand } from './commands.ts';
import { FrameQueue } from './connections.ts';
import { withoutPassword } from './preflight.ts';

/** The background's side of a channel whose connections are opened in the frames of an offscreen document. */
export class RemoteChannel implements Channel {
	readonly #port: Runtime.Port;
	readonly #done: () => void;
	readonly #listeners = new Map<number, (event: ChannelEvent) => void>();
	#count = 0;
	#closed = false;

	constructor(port: Runtime.Port, done: () => void) {
		this.#port = port;
		this.#done = done;
		port.onMessage.addListener((message) => {
			const event = message as ChannelEvent;
			this.#listeners.get(event.id)?.(event);
		});
		port.onDisconnect.addListener(() => this.close());
	}

	/** Starts something in a frame. The listener hears of it until the signal aborts, it failed, or the channel is closed. */
	#start(frame: FrameKind, command: (id: number) => ChannelCommand, signal: AbortSignal | undefined, hear: (event: ChannelEvent) => void) {
		const id = ++this.#count;
		const post = (made: ChannelCommand) => {
			if (!this.#closed) this.#port.postMessage({ frame, command: made } satisfies RoutedCommand);
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
		const frame = (await hostsGranted([request.url])) ? 'rules' : 'sandbox';
		return new Promise((resolve, reject) => {
			this.#start(
				frame,
				(id) => ({ id, kind: 'fetch', request }),
				signal,
				(event) => {
					if (event.kind === 'answer') resolve(event.response);
					else if (event.kind === 'failed') reject(new BautaError(event.code, event.detail));
				},
			);
		});
	}

	async socket(url: string, protocols: string[], signal: AbortSignal): Promise<ChannelSocket> {
		const page = url.replace(/^ws/, 'http');
		const frame = (await hostsGranted([url, page])) ? 'rules' : 'sandbox';
		await withoutPassword((request) => this.fetch(request), page, signal);
		const waiting = new FrameQueue(new BautaError('server-down', new URL(url).origin));
		const socket = new AbortController();
		const both = AbortSignal.any([signal, socket.signal]);
		return new Promise((resolve, reject) => {
			const { id, post } = this.#start(
				frame,
				(id) => ({ id, kind: 'socket', url, protocols }),
				both,
				(event) => {
					if (event.kind === 'opened') {
						resolve({
							send: (data) => post({ id, kind: 'send', data }),
							close: () => socket.abort(),
							receive: (until) => waiting.next(until),
						});
					} else if (event.kind === 'data') waiting.add(event.data);
					else if (event.kind === 'failed') {
						waiting.end();
						reject(new BautaError(event.code, event.detail));
					}
				},
			);
		});
	}

	findCounter(search: CounterSearch, signal: AbortSignal, progress: (tried: number) => void): Promise<string> {
		return new Promise((resolve, reject) => {
			this.#start(
				'rules',
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
