import type { Clock } from './group.ts';

/*
 * Hybrid logical clocks (Kulkarni et al., "Logical Physical Clocks", 2014): near the wall clock, and never behind what was seen.
 */

/** A write that is dated further ahead than this (ms) is not taken in: else a wrong clock would win for years. */
export const skewAllowed = 86_400_000;

/** Below 0 where `a` is the earlier, above 0 where it is the later, 0 where they are the same. */
export function compareClocks(a: Clock, b: Clock): number {
	return a.time - b.time || a.count - b.count;
}

/** The clock of the next write here. A clock that once ran too far ahead is set back to `now` (unix ms). */
export function tick(clock: Clock, now: number): Clock {
	if (isAhead(clock, now) || now > clock.time) return { time: now, count: 0 };
	return { time: clock.time, count: clock.count + 1 };
}

/** The clock after something with `seen` was taken in. */
export function witness(clock: Clock, seen: Clock): Clock {
	return compareClocks(seen, clock) > 0 ? { time: seen.time, count: seen.count } : clock;
}

/** Whether a clock is too far ahead of `now` (unix ms) to be taken in. */
export function isAhead(clock: Clock, now: number): boolean {
	return clock.time > now + skewAllowed;
}
