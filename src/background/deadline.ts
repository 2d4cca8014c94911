import type { Channel } from '../networks/channel.ts';
import { openChannel } from '../networks/channel.ts';
import { BautaError } from '../platform/error.ts';

/**
 * Runs work on a fresh channel and closes the channel whatever happens. When the time is over the fault is `timed-out`, and
 * `cancelled` only when somebody cancelled: a channel cannot tell the two apart.
 */
export async function onChannel<T>(
	origin: string,
	seconds: number,
	work: (channel: Channel, signal: AbortSignal) => Promise<T>,
	cancelled?: AbortSignal,
): Promise<T> {
	const deadline = AbortSignal.timeout(seconds * 1000);
	const signal = cancelled ? AbortSignal.any([cancelled, deadline]) : deadline;
	try {
		const channel = await openChannel({ origin, signal });
		try {
			return await work(channel, signal);
		} finally {
			channel.close();
		}
	} catch (thrown) {
		if (cancelled?.aborted) throw new BautaError('cancelled');
		if (deadline.aborted) throw new BautaError('timed-out');
		throw thrown;
	}
}
