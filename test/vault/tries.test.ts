import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginTry, delayAfter, waitLeft } from '../../src/vault/tries.ts';
import { memoryStore } from './memory-store.ts';

const year = 365 * 86_400_000;

test('wherever the clock is put, the next try is allowed when the wait of the rule is over, counted from then', async () => {
	const jump = fc.integer({ min: -10 * year, max: 10 * year });
	await fc.assert(
		fc.asyncProperty(fc.integer({ min: 4, max: 20 }), jump, async (wrong, by) => {
			const stores = [memoryStore('database'), memoryStore('storage')];
			let now = 20 * year;
			for (let tries = 0; tries < wrong; tries++) {
				await beginTry(stores, now);
				now += delayAfter(tries + 1);
			}
			now += by - delayAfter(wrong);
			expect(await waitLeft(stores, now)).toBeLessThanOrEqual(delayAfter(wrong));
			now += delayAfter(wrong);
			expect(await waitLeft(stores, now)).toBe(0);
			await beginTry(stores, now);
		}),
		{ numRuns: 60 },
	);
});
