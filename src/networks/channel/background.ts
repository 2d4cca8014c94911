import { BautaError } from '../../messages/errors.ts';
import { hostsGranted } from '../../platform/channel.ts';
import type { Channel, ChannelRequest, CounterSearch } from './channel.ts';
import { cleanFetch, cleanSocket } from './connections.ts';
import { withoutPassword } from './preflight.ts';
import { searchInWorker } from './proof-of-work.ts';

/** Firefox: the background itself, with header rules; a host that is not granted would learn the profile's UUID, so it is refused. */
export class BackgroundChannel implements Channel {
	readonly #end = new AbortController();
	readonly #done: () => void;

	constructor(done: () => void) {
		this.#done = done;
	}

	async #granted(url: string): Promise<void> {
		if (this.#end.signal.aborted) throw new BautaError('cancelled');
		if (!(await hostsGranted([url]))) throw new BautaError('host-permission', new URL(url).origin);
	}

	#signal(signal: AbortSignal | undefined): AbortSignal {
		return signal ? AbortSignal.any([signal, this.#end.signal]) : this.#end.signal;
	}

	async fetch(request: ChannelRequest) {
		await this.#granted(request.url);
		return cleanFetch({ ...request, signal: this.#signal(request.signal) }, false);
	}

	async socket(url: string, protocols: string[], signal: AbortSignal) {
		await this.#granted(url);
		await withoutPassword((request) => this.fetch(request), url.replace(/^ws/, 'http'), signal);
		return cleanSocket(url, protocols, this.#signal(signal));
	}

	findCounter(search: CounterSearch, signal: AbortSignal, progress: (tried: number) => void): Promise<string> {
		return searchInWorker(search, this.#signal(signal), progress);
	}

	close(): void {
		if (this.#end.signal.aborted) return;
		this.#end.abort();
		this.#done();
	}
}
