import { expect, it } from 'vitest';
import { accuracy, auc, aucText, chanceWidth, estimate, median, pairedRatio, spreadText } from '../../bench/statistics.ts';

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

it('tells two kinds of values apart as often as they differ, in either direction, by any feature, and by chance where they do not', () => {
	const rows = (values: number[]) => values.map((value) => [value]);
	const values = upTo(100).map((value) => (value * 7919) % 101);
	const later = values.map((value) => value + 200);
	expect(accuracy(rows(values), rows(later))).toBeGreaterThan(0.95);
	expect(accuracy(rows(later), rows(values))).toBeGreaterThan(0.95);
	const shuffled = upTo(100).map((value) => (value * 6007) % 101);
	expect(Math.abs(accuracy(rows(values), rows(shuffled)) - 0.5)).toBeLessThanOrEqual(chanceWidth(100));
	const beside = (features: number[]) => values.map((value, at) => [value, features[at] as number]);
	expect(accuracy(beside(shuffled), beside(later))).toBeGreaterThan(0.95);
});

it('takes what is measured first in a pair for no difference', () => {
	// the first of each pair takes longer, and the kinds take turns in being first
	const ofKind = (kind: number) => upTo(100).map((at) => [at % 2 === kind ? 10 + (at % 7) : at % 7]);
	expect(accuracy(ofKind(0), ofKind(1))).toBeCloseTo(0.5, 1);
});

it('says how values are spread', () => {
	expect(spreadText(upTo(101), ' ms')).toBe('51 ms (10 %: 11, 25 %: 26, 75 %: 76, 90 %: 91, n = 101)');
});

it('says how well a threshold can tell two kinds of values apart, with its interval', () => {
	// by hand: of 4 times 4 pairs 12 are won and one is a draw; what each value wins, 1/2, 5/8, 1 and 1 on both sides, has the variance 17/256
	const { value, low, high } = auc([3, 5, 8, 9], [1, 2, 5, 6]);
	expect(value).toBe(12.5 / 16);
	expect(low).toBeCloseTo(12.5 / 16 - 1.96 * Math.sqrt(17 / 512), 9);
	expect(high).toBe(1);
	expect(auc([3, 4], [1, 2])).toEqual({ value: 1, low: 1, high: 1, counts: [2, 2] });
	expect(auc([1, 2], [3, 4]).value).toBe(0);
	expect(() => auc([1], [2, 3])).toThrow('fewer than 2');
	expect(aucText(auc([1, 2, 3], [1, 2, 3]))).toBe('AUC 0.50 (95 %: 0.00 to 1.00, n = 3 and 3)');
});

it('takes no difference for one in 19 of 20 cases, and a difference for one', () => {
	// values of the same kind, by a fixed rule: no chance in a test
	let state = 1;
	const next = () => {
		state = (state * 48_271) % 2_147_483_647;
		return state / 2_147_483_647;
	};
	const draw = (shift: number) => Array.from({ length: 60 }, () => next() + shift);
	const holds = (shift: number) => {
		const { low, high } = auc(draw(shift), draw(0));
		return low <= 0.5 && high >= 0.5;
	};
	const share = (shift: number) => upTo(400).filter(() => holds(shift)).length / 400;
	expect(share(0)).toBeGreaterThan(0.92);
	expect(share(0)).toBeLessThan(0.98);
	expect(share(0.25)).toBeLessThan(0.1);
});
