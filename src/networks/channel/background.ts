import { BautaError } from '../../messages/errors.ts';
import { keepAwake } from '../../platform/channel.ts';
import type { ChosenRoute, ProxyRoute } from '../../platform/proxy.ts';
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
	readonly #route: ChosenRoute | null;
	/** under which Firefox keeps this channel's connections apart from those of any other */
	readonly #name = crypto.randomUUID();
	readonly #awake = setInterval(keepAwake, 1000);

	/** `page`: the chat's own page origin; `route`: the way that its connections take, null where there is only the direct one */
	constructor(page: string, route: ChosenRoute | null, done: () => void) {
		this.#page = page;
		this.#route = route;
		this.#done = done;
	}

	async #granted(url: string): Promise<void> {
		if (this.#end.signal.aborted) throw new BautaError('cancelled');
		await requireHosts(url);
	}

	#signal(signal: AbortSignal | undefined): AbortSignal {
		return signal ? AbortSignal.any([signal, this.#end.signal]) : this.#end.signal;
	}

	async #proxy(): Promise<ProxyRoute | null> {
		return this.#route ? this.#route.current() : null;
	}

	async fetch(request: ChannelRequest) {
		await this.#granted(request.url);
		const whole = { ...request, signal: this.#signal(request.signal) };
		const proxy = await this.#proxy();
		// a proxy's route keeps connections apart by itself
		const answer = await (proxy ? proxy.lead(request.url, () => cleanFetch(whole)) : namedRequest(whole, this.#name));
		return requireGuests(this.#page, request, answer);
	}

	/**
	 * Nothing is asked before it, unlike in Chromium: a request would go over the connection of those before it (named-request.ts), and a password
	 * that the browser keeps is taken off WebSockets, too, by the header rules. One that did not open is asked about, as the browser does not
	 * say why.
	 */
	async socket(url: string, protocols: string[], signal: AbortSignal) {
		await this.#granted(url);
		const open = () => cleanSocket(url, protocols, this.#signal(signal));
		const proxy = await this.#proxy();
		try {
			return await (proxy ? proxy.lead(url, open) : open());
		} catch (thrown) {
			if (!(thrown instanceof BautaError) || thrown.code !== 'server-down') throw thrown;
			const status = await withoutPassword((request) => this.fetch(request), url.replace(/^ws/, 'http'), signal);
			throw socketFault(this.#page, url, status, thrown);
		}
	}

	findCounter(search: CounterSearch, signal: AbortSignal, progress: (tried: number) => void): Promise<string> {
		return searchInWorker(search, this.#signal(signal), progress);
	}

	close(): void {
		if (this.#end.signal.aborted) return;
		clearInterval(this.#awake);
		this.#end.abort();
		this.#route?.release();
		this.#done();
	}
}
