import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { recentTimes, SteadyClock } from '../../src/platform/steady-clock.ts';

let tick = 0;
const begin = Date.UTC(2026, 10, 21);
beforeEach(() => {
	vi.useFakeTimers({ toFake: ['Date'], now: begin });
	tick = 0;
	vi.spyOn(performance, 'now').mockImplementation(() => tick);
});
afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
});

/** so many ms pass, on both clocks */
function pass(ms: number): void {
	tick += ms;
	vi.setSystemTime(Date.now() + ms);
}
const putBack = (ms: number) => vi.setSystemTime(Date.now() - ms);

const span = fc.integer({ min: 0, max: 600_000 });
const jump = fc.integer({ min: 6000, max: 5 * 365 * 86_400_000 });

test('a clock that is put back, however often and far, changes no duration by more than its drift', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(span, jump), { minLength: 1, maxLength: 8 }), (steps) => {
			vi.setSystemTime(begin);
			const clock = new SteadyClock();
			const first = clock.now();
			let whole = 0;
			for (const [ms, back] of steps) {
				pass(ms);
				putBack(back);
				whole += ms;
				expect(Math.abs(clock.now() - first - whole)).toBeLessThanOrEqual(5000);
			}
		}),
	);
});

test('it never goes back, and what passed is never less than it was, whatever becomes of the wall clock', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(span, fc.integer({ min: -1e11, max: 1e11 })), { maxLength: 12 }), (steps) => {
			vi.setSystemTime(begin);
			const clock = new SteadyClock();
			let before = clock.now();
			for (const [ms, move] of steps) {
				pass(ms);
				vi.setSystemTime(Date.now() + move);
				const now = clock.now();
				expect(now).toBeGreaterThanOrEqual(before);
				expect(now - before).toBeGreaterThanOrEqual(ms - 5000);
				before = now;
			}
		}),
	);
});

test('time that was slept counts: `performance` stands still, the wall clock does not', () => {
	const clock = new SteadyClock();
	const first = clock.now();
	vi.setSystemTime(begin + 8 * 3_600_000);
	expect(clock.now() - first).toBe(8 * 3_600_000);
});

test('another worker goes on from where the last one was, also where the clock was put back in between', () => {
	const clock = new SteadyClock();
	pass(60_000);
	putBack(3_600_000);
	const last = clock.read();
	tick = 0;
	const next = new SteadyClock(last);
	expect(next.now()).toBe(last.time);
	putBack(86_400_000);
	tick = 0;
	const third = new SteadyClock(next.read());
	const start = third.now();
	expect(start).toBeGreaterThanOrEqual(last.time);
	pass(30_000);
	expect(third.now() - start).toBe(30_000);
});

test('a time in the future counts as now, and grows old from then on', () => {
	const now = begin;
	expect(recentTimes([now - 70_000, now - 10_000, now + 1e10], 60_000, now)).toEqual([now - 10_000, now]);
});
