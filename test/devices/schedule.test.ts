import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dueWrite, missedWrite, nextWrite } from '../../src/devices/schedule.ts';
import { noon } from './samples.ts';

const day = 86_400_000;
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('one write in each following day, at any hour of it', () => {
	fc.assert(
		fc.property(fc.integer({ min: noon, max: noon + day }), chance, (now, drawn) => {
			expect(Math.floor(nextWrite(now, () => drawn) / day)).toBe(Math.floor(now / day) + 1);
		}),
	);
	const hours = Array.from({ length: 2400 }, () => Math.floor((nextWrite(noon, Math.random) % day) / 3_600_000));
	const counts = hours.reduce<number[]>((sum, at) => sum.with(at, (sum[at] as number) + 1), Array(24).fill(0));
	expect(Math.min(...counts)).toBeGreaterThan(50);
	expect(Math.max(...counts)).toBeLessThan(160);
});

test('a year of days has a write a day, whatever happened in them', () => {
	let at = nextWrite(noon, Math.random);
	for (let turn = 1; turn <= 365; turn++) {
		expect(Math.floor(at / day)).toBe(Math.floor(noon / day) + turn);
		at = nextWrite(at, Math.random);
	}
});

test('a write that was missed is not made at the moment of coming back', () => {
	fc.assert(
		fc.property(chance, (drawn) => {
			const wait = dueWrite(noon - day, noon, () => drawn) - noon;
			expect(wait).toBeGreaterThanOrEqual(5 * 60_000);
			expect(wait).toBeLessThan(2 * 3_600_000);
		}),
	);
	expect(missedWrite(noon, () => 0)).not.toBe(missedWrite(noon, () => 0.5));
});

test('a time that was set stands; none, or one out of all reason, is drawn anew', () => {
	expect(dueWrite(noon + 5000, noon, () => 0.5)).toBe(noon + 5000);
	expect(dueWrite(noon - 5000, noon, () => 0.5)).toBe(noon - 5000);
	expect(dueWrite(0, noon, () => 0.5)).toBe(nextWrite(noon, () => 0.5));
	expect(dueWrite(noon + 400 * day, noon, () => 0.5)).toBe(nextWrite(noon, () => 0.5));
});
