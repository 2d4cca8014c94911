/*
 * THREATS.md T4: one write a day, at a random hour, whether anything changed or not. So neither the time of a write nor the write itself says
 * anything about a post.
 */

const day = 86_400_000;
const minute = 60_000;

/** A number 0 ≤ x < 1 that nobody can foresee. */
export const chance = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] as number) / 2 ** 32;

/** The next day's write: any time of the UTC day after `now` (unix ms), all alike. `random`: 0 ≤ x < 1. */
export function nextWrite(now: number, random: () => number): number {
	return (Math.floor(now / day) + 1) * day + Math.floor(random() * day);
}

/**
 * When to write where the time was missed (the browser was closed, the vault locked): not at once, as that would tell when the user
 * came back, but within the next two hours.
 */
export function missedWrite(now: number, random: () => number): number {
	return now + 5 * minute + Math.floor(random() * 115 * minute);
}

/**
 * When to write, given the time that was set (0: none) and the present.
 * @param late how much later than its time a write may still happen, ms
 */
export function dueWrite(next: number, now: number, random: () => number, late = 2 * minute): number {
	if (next === 0) return nextWrite(now, random);
	// a clock that was set back must not stop the writes for years
	if (next > now + 2 * day) return nextWrite(now, random);
	return next < now - late ? missedWrite(now, random) : next;
}
