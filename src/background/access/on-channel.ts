import type { Channel } from '../../networks/channel/channel.ts';
import { withTimeLimit } from '../../platform/time-limit.ts';

/**
 * Runs a task on a fresh channel and closes the channel whatever happens. `origin`: the chat's own page origin, which servers of its own site see.
 * A task that makes progress with proof of work (NIP-13) calls `extend`: then its `seconds` begin anew.
 * `bearer`: see `openChannel`. Throws what the task throws, `timed-out` when the time is over, and `cancelled` when `cancelling` aborts.
 */
export function onChannel<T>(
	origin: string,
	seconds: number,
	task: (channel: Channel, signal: AbortSignal, extend: () => void) => Promise<T>,
	cancelling?: AbortSignal,
	bearer = false,
): Promise<T> {
	return withTimeLimit({ ms: seconds * 1000, signal: cancelling }, async (signal, extend) => {
		const { openChannel } = await import('../../networks/channel/open.ts');
		const channel = await openChannel({ origin, signal, bearer });
		try {
			return await task(channel, signal, extend);
		} finally {
			channel.close();
		}
	});
}
