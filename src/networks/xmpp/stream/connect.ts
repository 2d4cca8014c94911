import type { Channel } from '../../channel/channel.ts';
import type { Pace } from '../../pace.ts';
import { BoshStream } from './bosh.ts';
import type { Endpoint, Stream } from './stream.ts';
import { WebSocketStream } from './websocket.ts';

const connectMs = 10_000;

/**
 * Connects, with nothing said yet. `pace`: when the first word may leave, and when the server may be asked whether it has more to say. Throws
 * `server-down`, `timed-out`, `auth-required`, `host-permission`.
 */
export async function connect(channel: Channel, endpoint: Endpoint, signal: AbortSignal, pace?: Pace): Promise<Stream> {
	if (endpoint.kind === 'bosh') return new BoshStream(channel, endpoint.url, connectMs, pace);
	const stream = await WebSocketStream.connect(channel, endpoint.url, connectMs, signal, pace);
	try {
		await pace?.settle(signal);
	} catch (thrown) {
		await stream.close([]);
		throw thrown;
	}
	return stream;
}
