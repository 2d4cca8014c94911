/** What is missing from the DOM types: https://wicg.github.io/scheduling-apis/ */
interface Scheduler {
	yield?: () => Promise<void>;
	postTask?: (task: () => void) => Promise<void>;
}

let running = 0;

/**
 * Runs `task`, a long computation of @noble/hashes, so that others get their turn in between.
 *
 * The library pauses by `scheduler.yield()` where there is one. Its continuation goes before every message and timer that waits, so in Chromium
 * an unlock of a second was one block of a second. While it runs, `yield` is an ordinary task that stands in line like the others.
 */
export async function runYielding<T>(task: () => Promise<T>): Promise<T> {
	const { scheduler } = globalThis as { scheduler?: Scheduler };
	if (!scheduler?.yield || !scheduler.postTask) return task();
	const { postTask } = scheduler;
	if (running++ === 0) Object.defineProperty(scheduler, 'yield', { value: () => postTask.call(scheduler, () => {}), configurable: true });
	try {
		return await task();
	} finally {
		// removes the override, so that the prototype's own `yield` is seen again
		if (--running === 0) delete scheduler.yield;
	}
}
