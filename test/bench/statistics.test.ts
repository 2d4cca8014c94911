import { expect, it } from 'vitest';
import { accuracy, chanceWidth, estimate, median, pairedRatio } from '../../bench/statistics.ts';

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

it('finds the middle of odd and even counts, whatever the order', () => {
	expect(median([3, 1, 2])).toBe(2);
	expect(median([4, 1, 3, 2])).toBe(2.5);
	expect(() => median([])).toThrow('the median of nothing');
});

it.each([
	// ranks of the tables for the sign test, two-sided 5 %
	[6, 1, 6],
	[9, 2, 8],
	[20, 6, 15],
	[25, 8, 18],
	[40, 14, 27],
])('takes the ranks of the tables for n = %i: %i and %i', (n, low, high) => {
	expect(estimate(upTo(n))).toEqual({ median: (n + 1) / 2, low, high, count: n });
});

it('gives no interval where there is none', () => {
	expect(() => estimate(upTo(5))).toThrow('fewer than 6');
});

it('compares pair by pair', () => {
	expect(pairedRatio(upTo(6).map((n): [number, number] => [2 * n, n]))).toMatchObject({ median: 2, low: 2, high: 2 });
});

it('tells two kinds of values apart as often as they differ, in either direction, and by chance where they do not', () => {
	const values = upTo(100).map((value) => (value * 7919) % 101);
	const later = values.map((value) => value + 200);
	expect(accuracy(values, later)).toBeGreaterThan(0.95);
	expect(accuracy(later, values)).toBeGreaterThan(0.95);
	const shuffled = upTo(100).map((value) => (value * 6007) % 101);
	expect(Math.abs(accuracy(values, shuffled) - 0.5)).toBeLessThanOrEqual(chanceWidth(100));
});
