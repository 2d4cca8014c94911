import { fakeBrowser } from '@webext-core/fake-browser';
import { describe, expect, test, vi } from 'vitest';
import { weekOf } from '../../src/protocol/generation.ts';
import { newIdentity, restoredIdentity } from '../../src/vault/identity.ts';
import { importKey } from '../../src/vault/import/detect.ts';
import { testPhrase } from '../bauta.ts';

vi.mock('webextension-polyfill', () => ({ default: fakeBrowser }));
const { learn, readable } = await import('../../src/background/generations.ts');

const now = 1_795_291_110;
const week = weekOf(now);
const first = newIdentity(testPhrase, '', now);
const restored = restoredIdentity(await importKey(testPhrase), '', now);
const numbers = (identity: typeof first) =>
	readable(identity, now)
		.map((one) => one.generation)
		.sort((a, b) => a - b);

describe('generations that a message may have been written under', () => {
	test('a new identity reads its own and what a restored twin may open later', () => {
		expect(numbers(first)[0]).toBe(week);
		expect(numbers(first).at(-1)).toBe(week + 20);
	});
	test('a restored one tries every week from the first', () => {
		expect(numbers(restored)).toEqual(Array.from({ length: week + 21 }, (_, generation) => generation));
	});
	test('both derive the same node', () => {
		const ofFirst = readable(first, now).find((one) => one.generation === week);
		const ofRestored = readable(restored, now).find((one) => one.generation === week);
		expect(ofFirst?.node.privateKey).toEqual(ofRestored?.node.privateKey);
	});
	test('a linked device without the root reads only what it was given', () => {
		expect(numbers({ ...first, root: null })).toEqual([week]);
	});
});

describe('a message of one’s own under a newer generation', () => {
	test('is taken over, and closes what was open before it', () => {
		const identity = structuredClone(first);
		expect(learn(identity, week + 1, 3_000_000)).toBe(true);
		expect(identity.generations.map(({ generation, closed }) => [generation, closed])).toEqual([
			[week, 3_000_000],
			[week + 1, null],
		]);
	});
	test('closes at the earliest slot that was seen, and never later', () => {
		const identity = structuredClone(first);
		learn(identity, week + 1, 3_000_000);
		expect(learn(identity, week + 1, 3_000_010)).toBe(false);
		expect(learn(identity, week + 1, 2_999_990)).toBe(true);
		expect(identity.generations[0]?.closed).toBe(2_999_990);
	});
	test('one under the current generation changes nothing', () => {
		expect(learn(structuredClone(first), week, 3_000_000)).toBe(false);
	});
});
