import { scryptSync } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { deriveKey, isAffordable, todaysCost, vaultWorkLimit, workOf } from '../../src/vault/kdf.ts';

const salt = Uint8Array.from({ length: 16 }, (_, index) => index);
const some = { logN: 13, r: 8, p: 1 };
const options = { limit: vaultWorkLimit, tooCostly: 'vault-broken' } as const;

afterEach(() => {
	vi.unstubAllGlobals();
});

describe('the key', () => {
	test('is scrypt’s, as another implementation has it', async () => {
		for (const cost of [{ logN: 4, r: 1, p: 1 }, { logN: 10, r: 8, p: 3 }, some]) {
			const expected = scryptSync('velvet ﬁ', salt, 32, { N: 2 ** cost.logN, r: cost.r, p: cost.p, maxmem: 2 ** 28 });
			expect(Buffer.compare(await deriveKey('velvet ﬁ', salt, cost, { ...options, normalize: false }), expected)).toBe(0);
			expect(Buffer.compare(await deriveKey('velvet ﬁ', salt, cost, options), expected)).not.toBe(0);
			expect(Buffer.compare(await deriveKey('velvet fi', salt, cost, options), await deriveKey('velvet ﬁ', salt, cost, options))).toBe(0);
		}
	});

	test('costs 128 MiB today, and four times that at most', async () => {
		expect(128 * workOf(todaysCost)).toBe(128 * 2 ** 20);
		expect(isAffordable({ logN: 19, r: 8, p: 1 }, vaultWorkLimit)).toBe(true);
		for (const cost of [
			{ logN: 20, r: 8, p: 1 },
			{ logN: 17, r: 8, p: 5 },
			{ logN: 31, r: 1, p: 1 },
			{ logN: 0, r: 8, p: 1 },
			{ logN: 1.5, r: 8, p: 1 },
			{ logN: Number.NaN, r: 8, p: 1 },
			{ logN: 17, r: -8, p: -1 },
		]) {
			expect(isAffordable(cost, vaultWorkLimit)).toBe(false);
			await expect(deriveKey('x', salt, cost, options)).rejects.toMatchObject({ code: 'vault-broken' });
		}
	});
});

describe('others get their turn', () => {
	/** As in Chromium: what waits behind a `yield` goes before every timer; a posted task stands in line. */
	class Scheduler {
		yield(): Promise<void> {
			return Promise.resolve();
		}
		postTask(task: () => void): Promise<void> {
			return new Promise((resolve) => {
				setTimeout(() => {
					task();
					resolve();
				});
			});
		}
	}

	async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
		let turns = 0;
		const timer = setInterval(() => turns++, 1);
		await work().catch(() => {});
		clearInterval(timer);
		return turns;
	}

	test('while a key is derived, and the scheduler is as it was afterwards', async () => {
		const scheduler = new Scheduler();
		vi.stubGlobal('scheduler', scheduler);
		const stop = new AbortController();
		const all = await turnsDuring(() =>
			Promise.allSettled([
				deriveKey('x', salt, some, options),
				deriveKey('y', salt, some, { ...options, watch: { progress: (fraction) => fraction > 0.5 && stop.abort(), signal: stop.signal } }),
			]),
		);
		expect(all).toBeGreaterThan(2);
		expect(Object.keys(scheduler)).toEqual([]);
		expect(Object.hasOwn(scheduler, 'yield')).toBe(false);
	});

	test('where there is no scheduler', async () => {
		vi.stubGlobal('scheduler', undefined);
		expect(await turnsDuring(() => deriveKey('x', salt, some, options))).toBeGreaterThan(2);
	});
});
