import { existsSync, readFileSync } from 'node:fs';

// Linux tells the processor time of each thread, in ns; files are read in the thread that asks
const ofThread = '/proc/thread-self/schedstat';

/** ms of processor time that this thread has used; elsewhere than on Linux those of the process, in which other test files run too */
function processorTime(): number {
	if (existsSync(ofThread)) return Number(readFileSync(ofThread, 'utf8').split(' ')[0]) / 1e6;
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}

/**
 * Begins to measure, and returns what tells the ms of processor time that this thread has used since. A machine with other work makes
 * nothing longer by this measure.
 */
export function startProcessorClock(): () => number {
	const begin = processorTime();
	return () => processorTime() - begin;
}

/**
 * The least ms that `run` takes in as many tries as it needs to come below `limit`, four at most: only what is slow every time is slow.
 * The first try goes by the wall clock, which is cheap to read and never tells less than the processor's; the others by the processor's.
 * Throws what `run` throws.
 */
export function leastTime(run: () => void, limit: number): number {
	const begin = performance.now();
	run();
	let least = performance.now() - begin;
	for (let again = 0; again < 3 && least >= limit; again++) {
		const spent = startProcessorClock();
		run();
		least = Math.min(least, spent());
	}
	return least;
}
