import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pace } from '../../src/networks/pace.ts';
import { distance, distanceLimit } from './ways.ts';

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
	vi.useRealTimers();
});

/** Gaps, in ms, between one part of a session and the next, where every answer takes `way` ms. Sorted. */
async function gapsOf(wait: 'pause' | 'linger' | 'step', way: number, count: number): Promise<number[]> {
	const gaps: number[] = [];
	const pace = new Pace();
	for (let at = 0; at < count; at++) {
		const left = performance.now();
		pace.mark();
		await vi.advanceTimersByTimeAsync(way);
		let isOver = false;
		const over = pace[wait]().then(() => {
			gaps.push(performance.now() - left);
			isOver = true;
		});
		while (!isOver) await vi.advanceTimersToNextTimerAsync();
		await over;
	}
	return gaps.sort((one, other) => one - other);
}

const count = 400;
const limit = distanceLimit(count);

test.each([
	['pause', 2000, 20_000],
	['linger', 2000, 9000],
	['step', 1500, 2500],
] as const)(
	'a %s lasts from %i to %i ms, spread over all of it, and no longer for an author who is far away',
	async (wait, least, most) => {
		const near = await gapsOf(wait, 10, count);
		for (const way of [180, 480, 1100]) {
			const far = await gapsOf(wait, way, count);
			expect(distance(near, far)).toBeLessThan(limit);
			expect(far[0]).toBeGreaterThanOrEqual(least - 1);
			expect(far.at(-1)).toBeLessThanOrEqual(most + 1);
		}
		const even = Array.from({ length: count }, (_, at) => least + ((at + 0.5) * (most - least)) / count);
		expect(distance(near, even)).toBeLessThan(limit);
	},
);

test('an answer that comes after the time was over does not say by how much', async () => {
	const [gaps, later] = [await gapsOf('step', 3000, count), await gapsOf('step', 3500, count)];
	expect(gaps[0]).toBeGreaterThanOrEqual(4500 - 1);
	expect(new Set(gaps.map(Math.floor)).size).toBeGreaterThan(200);
	// the way itself stays in it, and is the smaller part
	expect(distance(gaps, later)).toBeLessThan(0.7);
});

test('with no delay nothing waits, and a wait can be broken off', async () => {
	const hasty = new Pace(true);
	await hasty.pause();
	await hasty.step();
	expect(vi.getTimerCount()).toBe(0);
	const end = new AbortController();
	const waiting = new Pace().pause(end.signal);
	end.abort();
	await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
	expect(vi.getTimerCount()).toBe(0);
	await expect(new Pace().step(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
});

test('what was opened just now is spoken on seconds later, counted from then', async () => {
	const gaps: number[] = [];
	for (let at = 0; at < count; at++) {
		const pace = new Pace();
		// opening took so long, which the server saw
		await vi.advanceTimersByTimeAsync(1500);
		const opened = performance.now();
		const over = pace.settle().then(() => gaps.push(performance.now() - opened));
		await vi.advanceTimersToNextTimerAsync();
		await over;
	}
	const even = Array.from({ length: count }, (_, at) => 2000 + ((at + 0.5) * 7000) / count);
	expect(distance(gaps, even)).toBeLessThan(limit);
});

test('several servers get a message at times of their own, and any of them may be the first', () => {
	const spreads = Array.from({ length: count }, () => new Pace().spread(3));
	for (const spread of spreads) {
		expect(spread.filter((late) => late === 0)).toHaveLength(1);
		expect(Math.max(...spread)).toBeLessThanOrEqual(7000);
	}
	for (const at of [0, 1, 2]) expect(spreads.filter((spread) => spread[at] === 0).length).toBeGreaterThan(count / 5);
	expect(new Pace().spread(1)).toEqual([0]);
	expect(new Pace(true).spread(3)).toEqual([0, 0, 0]);
});
