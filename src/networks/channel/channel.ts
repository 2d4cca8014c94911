/** One request on a clean channel. No credentials, no referrer, no cache, no redirect: those are not options. */
export interface ChannelRequest {
	url: string;
	method: 'GET' | 'POST';
	/** the Accept header; one that needs no preflight */
	accept?: string;
	contentType?: string;
	body?: string;
	signal?: AbortSignal;
}

export interface ChannelResponse {
	status: number;
	/** unix seconds of the Date header where it can be read, else null */
	date: number | null;
	/** the WWW-Authenticate header was there */
	authenticate: boolean;
	body: string;
}

export interface ChannelSocket {
	send(data: string): void;
	close(): void;
	/** next text frame; rejects when the socket closes or fails */
	receive(signal: AbortSignal): Promise<string>;
}

/** A connection context that shares nothing with the page or with any other message. */
export interface Channel {
	fetch(request: ChannelRequest): Promise<ChannelResponse>;
	socket(url: string, protocols: string[], signal: AbortSignal): Promise<ChannelSocket>;
	/**
	 * NIP-13 work in a thread that nothing else waits for, where the browser has one to give (in Chromium the frame's, as a service worker has none).
	 * `progress` is told how many hashes were tried. Returns the counter, throws `cancelled`. Without it the work is done in slices.
	 */
	findCounter?(search: CounterSearch, signal: AbortSignal, progress: (tried: number) => void): Promise<string>;
	close(): void;
}

/** A counter is sought so that the hash of before, counter and after begins with so many zero bits. */
export interface CounterSearch {
	before: string;
	after: string;
	bits: number;
	/** counter to begin with */
	start: number;
}
