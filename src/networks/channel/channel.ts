/** One request on a clean channel. No credentials, no referrer, no cache, no redirect: those are not options. */
export interface ChannelRequest {
	url: string;
	method: 'GET' | 'POST';
	/** the Accept header; one that needs no preflight */
	accept?: string;
	contentType?: string;
	/** a secret of the user's with that server (RFC 6750); it leaves on a channel that was opened for one alone */
	bearer?: string;
	body?: string;
	signal?: AbortSignal;
}

/** What came back for a request, as far as anybody here needs it. */
export interface ChannelResponse {
	status: number;
	/** unix seconds of the Date header where it can be read, else null */
	date: number | null;
	/** the WWW-Authenticate header was there */
	authenticate: boolean;
	body: string;
}

/** A WebSocket on a clean channel. Text frames only. */
export interface ChannelSocket {
	/** Resolves once it has left the browser, as far as that tells, or nothing leaves any more. */
	send(data: string): Promise<void>;
	close(): void;
	/** next text frame; rejects when the socket closes or fails */
	receive(signal: AbortSignal): Promise<string>;
}

/** A connection context that shares nothing with the page or with any other message. */
export interface Channel {
	fetch(request: ChannelRequest): Promise<ChannelResponse>;
	socket(url: string, protocols: string[], signal: AbortSignal): Promise<ChannelSocket>;
	/**
	 * Proof of work (NIP-13) in a thread of its own. It is absent where the channel has no such thread; then the work is done in slices.
	 * `progress` is told how many hashes were tried. Returns the counter, throws `cancelled`.
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

/** Bytes of one answer at most: 30,000 people who are in a room come in one. */
export const maxBody = 16_000_000;

/** Unix seconds of a Date header; null where it is absent or none. */
export function unixSeconds(header: string | null): number | null {
	const time = header === null ? Number.NaN : Date.parse(header);
	return Number.isNaN(time) ? null : Math.floor(time / 1000);
}
