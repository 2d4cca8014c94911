import { expect, test } from 'vitest';
import { newestOf, type SharedState, withoutWild } from '../../src/devices/group.ts';
import { takeHandover } from '../../src/devices/handover.ts';
import { replaceGenerations } from '../../src/devices/next-generation.ts';
import { type MendedIdentity, mendGenerations } from '../../src/devices/wild-generations.ts';
import { slotOf } from '../../src/protocol/envelope.ts';
import { newestGenerationToTry, weekOf } from '../../src/protocol/generation.ts';
import { firstDevice, generationOf, idOf, linkNew, noon, sampleRoot, seconds } from './samples.ts';

const root = sampleRoot();
const now = seconds(noon);
const week = weekOf(now);
/** what the stamp 9999-12-31 opens */
const wildest = 416_012;
const wild = generationOf(root, wildest);
const created = now - 1000;
const numbers = (of: readonly { generation: number; closed: number | null }[] = []) =>
	of.map(({ generation, closed }) => [generation, closed]);

/** A device with the root that wrote under the wild generation, and one that was linked to it after that. */
function linked(): { a: SharedState; b: SharedState } {
	const first = firstDevice(root);
	const before = { ...first, generations: [...first.generations.map((one) => ({ ...one, closed: 2_990_000 })), wild] };
	const { from, to } = linkNew(before, 'phone');
	return { a: from, b: { ...to, generations: before.generations } };
}

test('a generation that one wrong stamp opened goes out of use, and the next one is that of the week', () => {
	for (const generation of [wildest, newestGenerationToTry(now) + 1]) {
		const identity: MendedIdentity = { root, created, generations: [generationOf(root, week), generationOf(root, generation)] };
		expect(mendGenerations(identity, now)).toBe(true);
		expect(numbers(identity.generations)).toEqual([
			[week, slotOf(now)],
			[week + 1, null],
		]);
		// what was written under it up to now is still read
		expect(numbers(identity.stray)).toEqual([[generation, slotOf(now)]]);
		expect(mendGenerations(identity, now)).toBe(false);
	}
});

test('one that is ahead by unlinkings stays, and a clock that is wrong now mends nothing', () => {
	const ahead: MendedIdentity = { root, created, generations: [generationOf(root, newestGenerationToTry(now))] };
	expect(mendGenerations(ahead, now)).toBe(false);
	const identity: MendedIdentity = { root, created, generations: [generationOf(root, week)] };
	// the device believes that it is 1970, where every generation is far ahead
	expect(mendGenerations(identity, 0)).toBe(false);
	expect(numbers(identity.generations)).toEqual([[week, null]]);
});

test('linked devices agree: the one with the root hands its new keys over, and the other goes on under them alone', () => {
	const { a, b } = linked();
	const identity: MendedIdentity = { root, created, generations: a.generations, devices: a.group };
	expect(mendGenerations(identity, now)).toBe(true);
	const text = identity.devices?.behind.find(({ device }) => device === idOf(b))?.text as string;
	const after = takeHandover(b, text, noon + 60_000);
	expect(newestOf(after.generations)?.generation).toBe(newestOf(identity.generations)?.generation);
	expect(numbers(after.generations)).toEqual(numbers(identity.generations));
	expect(takeHandover(after, text, noon + 90_000).generations).toEqual(after.generations);
});

test('a device without the root waits for such keys, where nothing else is open', () => {
	const { b } = linked();
	const identity: MendedIdentity = { root: null, created, generations: b.generations, devices: b.group };
	expect(mendGenerations(identity, now)).toBe(false);
	expect(newestOf(identity.generations)?.generation).toBe(wildest);
	const open: MendedIdentity = { root: null, created, generations: [generationOf(root, week), wild] };
	expect(mendGenerations(open, now)).toBe(true);
	expect(numbers(open.generations)).toEqual([[week, null]]);
});

test('another device that was not mended yet cannot bring it back', () => {
	const { a, b } = linked();
	// what `a` handed over under the wild one, before it was mended
	const early = replaceGenerations(a.generations, a.group, root, wildest + 1, now);
	const text = early.group?.behind.find(({ device }) => device === idOf(b))?.text as string;
	const mended = { ...b, generations: [...b.generations.slice(0, 1), generationOf(root, week + 1)] };
	const after = takeHandover(mended, text, noon + 60_000);
	expect(newestOf(after.generations)?.generation).toBe(week + 1);
	expect(numbers(withoutWild([wild], now))).toEqual([[wildest, null]]);
});
