import { BautaError } from '../../messages/errors.ts';
import type { Channel } from '../../networks/channel/channel.ts';
import { openChannel } from '../../networks/channel/channel.ts';

/** A signal that aborts after so many seconds, counted anew at each `extend`. */
function deadlineIn(seconds: number): { signal: AbortSignal; extend(): void; clear(): void } {
	const controller = new AbortController();
	let timer: ReturnType<typeof setTimeout> | undefined;
	const clear = () => clearTimeout(timer);
	const extend = () => {
		clear();
		timer = setTimeout(() => controller.abort(), seconds * 1000);
	};
	extend();
	return { signal: controller.signal, extend, clear };
}

/**
 * Runs work on a fresh channel and closes the channel whatever happens. When the time is over the fault is `timed-out`, and
 * `cancelled` only when somebody cancelled: a channel cannot tell the two apart. Work that shows progress (NIP-13) calls `extend`.
 */
export async function onChannel<T>(
	origin: string,
	seconds: number,
	work: (channel: Channel, signal: AbortSignal, extend: () => void) => Promise<T>,
	cancelled?: AbortSignal,
): Promise<T> {
	const deadline = deadlineIn(seconds);
	const signal = cancelled ? AbortSignal.any([cancelled, deadline.signal]) : deadline.signal;
	try {
		const channel = await openChannel({ origin, signal });
		try {
			return await work(channel, signal, deadline.extend);
		} finally {
			channel.close();
		}
	} catch (thrown) {
		if (cancelled?.aborted) throw new BautaError('cancelled');
		if (deadline.signal.aborted) throw new BautaError('timed-out');
		throw thrown;
	} finally {
		deadline.clear();
	}
}
