import type { Channel } from '../../channel/channel.ts';
import { BoshStream } from './bosh.ts';
import type { Endpoint, Stream } from './stream.ts';
import { WebSocketStream } from './websocket.ts';

const connectMs = 10_000;

/** Connects, with nothing said yet. Throws `server-down`, `timed-out`, `auth-required`, `host-permission`. */
export function connect(channel: Channel, endpoint: Endpoint, signal: AbortSignal): Promise<Stream> {
	return endpoint.kind === 'bosh'
		? Promise.resolve(new BoshStream(channel, endpoint.url, connectMs))
		: WebSocketStream.connect(channel, endpoint.url, connectMs, signal);
}
