import { fakeBrowser } from '@webext-core/fake-browser';
import { describe, expect, test, vi } from 'vitest';
import { unlinkDevices } from '../../../src/devices/next-generation.ts';
import { weekOf } from '../../../src/protocol/generation.ts';
import type { StoredIdentity } from '../../../src/vault/document.ts';
import { newIdentity, restoredIdentity } from '../../../src/vault/identity.ts';
import { importKey } from '../../../src/vault/import/identify-key.ts';
import { firstDevice, idOf, linkNew, sampleRoot } from '../../devices/samples.ts';
import { testPhrase } from '../../setup.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({ browser: fakeBrowser }));
const { learnGeneration, readableGenerations } = await import('../../../src/background/identities/generations.ts');

const now = 1_795_291_110;
const week = weekOf(now);
/** An identity of two removed devices: two closings, recorded, and a generation that is open. */
function unlinked() {
	const root = sampleRoot();
	const one = linkNew(firstDevice(root, now * 1000), 'phone', now * 1000);
	const without = unlinkDevices(one.from, root, [idOf(one.to)], now * 1000);
	const two = linkNew(without, 'tablet', now * 1000);
	return unlinkDevices(two.from, root, [idOf(two.to)], (now + 86_400) * 1000);
}
const first = newIdentity(testPhrase, '', now);
const restored = restoredIdentity(await importKey(testPhrase), '', now);
const numbers = (identity: typeof first) =>
	readableGenerations(identity, now)
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
		const ofFirst = readableGenerations(first, now).find((one) => one.generation === week);
		const ofRestored = readableGenerations(restored, now).find((one) => one.generation === week);
		expect(ofFirst?.node.privateKey).toEqual(ofRestored?.node.privateKey);
	});
	test('a linked device without the root reads only what it was given', () => {
		expect(numbers({ ...first, root: null })).toEqual([week]);
	});
});

describe('a generation that a wrong clock opened', () => {
	const [wild] = linkNew(firstDevice(sampleRoot()), 'phone').from.generations;
	const stray = { ...wild, generation: 416_012, closed: 3_000_000 } as NonNullable<typeof wild>;
	test('is read where it was put aside, and comes back into use by no message', () => {
		const identity = { ...structuredClone(first), stray: [stray] };
		expect(numbers(identity).slice(-2)).toEqual([week + 20, 416_012]);
		expect(learnGeneration(identity, 416_012, 3_000_000)).toBe(false);
		expect(identity.generations.map(({ generation }) => generation)).toEqual([week]);
	});
	test('has no hundred thousand others tried before it is mended', () => {
		const identity = { ...structuredClone(first), generations: [...first.generations, { ...stray, closed: null }] };
		expect(numbers(identity).length).toBeLessThan(600);
	});
});

describe('a message of one’s own under a newer generation', () => {
	test('is taken over, and closes what was open before it', () => {
		const identity = structuredClone(first);
		expect(learnGeneration(identity, week + 1, 3_000_000)).toBe(true);
		expect(identity.generations.map(({ generation, closed }) => [generation, closed])).toEqual([
			[week, 3_000_000],
			[week + 1, null],
		]);
	});
	test('closes at the earliest slot that was seen, and never later', () => {
		const identity = structuredClone(first);
		learnGeneration(identity, week + 1, 3_000_000);
		expect(learnGeneration(identity, week + 1, 3_000_010)).toBe(false);
		expect(learnGeneration(identity, week + 1, 2_999_990)).toBe(true);
		expect(identity.generations[0]?.closed).toBe(2_999_990);
	});
	test('counts for what lies before it and was not met yet', () => {
		const identity = structuredClone(restored);
		learnGeneration(identity, week, 3_000_000);
		const closings = () => new Map(readableGenerations(identity, now).map((one) => [one.generation, one.closed]));
		expect([0, week - 5, week - 1, week, week + 3].map((one) => closings().get(one))).toEqual([3e6, 3e6, 3e6, null, null]);
		// met later, it is as closed as it was; and under what was there before it the end is earlier
		learnGeneration(identity, week - 5, 2_000_000);
		expect([0, week - 6, week - 5, week - 1].map((one) => closings().get(one))).toEqual([2e6, 2e6, 3e6, 3e6]);
	});
	test('does not move a closing that linked devices recorded, however far back it is dated', () => {
		const { group, generations } = unlinked();
		const identity: StoredIdentity = { ...first, generations, devices: group };
		const recorded = identity.generations.map(({ generation, closed }) => [generation, closed]);
		// the removed device still has the generation before the last
		for (const [generation] of recorded) learnGeneration(identity, generation as number, 5);
		expect(identity.generations.filter(({ closed }) => closed !== null).map(({ generation, closed }) => [generation, closed])).toEqual(
			recorded.filter(([, closed]) => closed !== null),
		);
		// where nothing was recorded the earliest message is all that there is
		const alone: StoredIdentity = { ...first, generations };
		learnGeneration(alone, recorded[1]?.[0] as number, 5);
		expect(alone.generations[0]?.closed).toBe(5);
	});
	test('one under the current generation changes nothing', () => {
		expect(learnGeneration(structuredClone(first), week, 3_000_000)).toBe(false);
	});
});
