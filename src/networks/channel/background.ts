import { BautaError } from '../../messages/errors.ts';
import { keepAwake } from '../../platform/channel.ts';
import type { ProxyRoute } from '../../platform/proxy.ts';
import type { Channel, ChannelRequest, CounterSearch } from './channel.ts';
import { cleanFetch, cleanSocket } from './connections.ts';
import { requireGuests, requireHosts, socketFault } from './grants.ts';
import { namedRequest } from './named-request.ts';
import { withoutPassword } from './preflight.ts';
import { searchInWorker } from './proof-of-work.ts';

/** Firefox: the background itself, with header rules. */
export class BackgroundChannel implements Channel {
	readonly #end = new AbortController();
	readonly #page: string;
	readonly #done: () => void;
	readonly #proxy: ProxyRoute | null;
	/** under which Firefox keeps this channel's connections apart from those of any other */
	readonly #name = crypto.randomUUID();
	readonly #awake = setInterval(keepAwake, 1000);

	/** `page`: the chat's own page origin; `proxy`: the way that its connections take, if not the direct one */
	constructor(page: string, proxy: ProxyRoute | null, done: () => void) {
		this.#page = page;
		this.#proxy = proxy;
		this.#done = done;
	}

	async #granted(url: string): Promise<void> {
		if (this.#end.signal.aborted) throw new BautaError('cancelled');
		await requireHosts(url);
	}

	#signal(signal: AbortSignal | undefined): AbortSignal {
		return signal ? AbortSignal.any([signal, this.#end.signal]) : this.#end.signal;
	}

	#connect<T>(url: string, open: () => Promise<T>): Promise<T> {
		return this.#proxy ? this.#proxy.lead(url, open) : open();
	}

	async fetch(request: ChannelRequest) {
		await this.#granted(request.url);
		const whole = { ...request, signal: this.#signal(request.signal) };
		// a proxy's route keeps connections apart by itself
		const send = () => (this.#proxy ? cleanFetch(whole) : namedRequest(whole, this.#name));
		return requireGuests(this.#page, request, await this.#connect(request.url, send));
	}

	async socket(url: string, protocols: string[], signal: AbortSignal) {
		await this.#granted(url);
		const status = await withoutPassword((request) => this.fetch(request), url.replace(/^ws/, 'http'), signal);
		const open = () =>
			cleanSocket(url, protocols, this.#signal(signal)).catch((thrown) => {
				throw thrown instanceof BautaError ? socketFault(this.#page, url, status, thrown) : thrown;
			});
		return this.#connect(url, open);
	}

	findCounter(search: CounterSearch, signal: AbortSignal, progress: (tried: number) => void): Promise<string> {
		return searchInWorker(search, this.#signal(signal), progress);
	}

	close(): void {
		if (this.#end.signal.aborted) return;
		clearInterval(this.#awake);
		this.#end.abort();
		this.#done();
	}
}
