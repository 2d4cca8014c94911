import { SteadyClock } from '../../platform/steady-clock.ts';

/** ms between two moments at which labels are handed out */
const tickMs = 250;
/** ms after which they are handed out at the earliest: more than the judging of a few messages takes, and its variation */
const headStartMs = 100;

/**
 * Runs `task` and resolves to its result at a tick of the clock, so that a page, which sees when labels come, learns nothing of how long they
 * took. A task of less than 100 ms has no influence on the moment at all; a longer one must be the same work whatever it finds. Rejects as the
 * task does.
 */
export async function finishAtTick<R>(task: () => Promise<R>): Promise<R> {
	const clock = new SteadyClock();
	const begin = clock.now();
	const result = await task();
	const rest = Math.max(0, headStartMs - (clock.now() - begin));
	const now = Date.now();
	await new Promise((resolve) => setTimeout(resolve, Math.ceil((now + rest) / tickMs) * tickMs - now));
	return result;
}
