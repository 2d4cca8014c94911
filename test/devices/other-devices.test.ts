import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Carrier } from '../../src/devices/carrier.ts';
import { authorityKey, randomKey } from '../../src/devices/device-key.ts';
import { newestOf, type SharedState } from '../../src/devices/group.ts';
import { takeHandover } from '../../src/devices/handover.ts';
import { readLinkCode } from '../../src/devices/linking/code.ts';
import { answer, offer, receive, takeAnswer } from '../../src/devices/linking/linking.ts';
import { rejoinDevices, unlinkDevices } from '../../src/devices/next-generation.ts';
import { findOtherDevices, newestSyncedGeneration, takeOtherDevices } from '../../src/devices/other-devices.ts';
import { devicesOf, introduce, newGroup } from '../../src/devices/registry.ts';
import { noteRooms, roomsOf } from '../../src/devices/room-entries.ts';
import { afterPublishing, beforePublishing, fetchAll, publish, takeIn } from '../../src/devices/sync.ts';
import { syncKeys } from '../../src/devices/sync-text.ts';
import { fromHex, toHex } from '../../src/protocol/bytes.ts';
import { openRestoredGeneration, weekOf } from '../../src/protocol/generation.ts';
import { node } from '../../src/protocol/node.ts';
import { type MemoryCarrier, memoryCarrier } from './memory-carrier.ts';
import { firstDevice, generationOf, idOf, keyOf, linkNew, noon, sampleRoot, seconds } from './samples.ts';

const root = sampleRoot();
const live = node(fromHex(root.privateKey), fromHex(root.chainCode));
const hour = 3_600_000;
const week = 168 * hour;

async function round(shared: SharedState, carrier: Carrier, now: number): Promise<SharedState> {
	const taken = beforePublishing(takeIn(shared, await fetchAll(shared, carrier, now), now), now);
	return afterPublishing(taken, await publish(taken, carrier, now));
}

/** A device that has the phrase and nothing else. */
function fromPhrase(now: number, name = 'new laptop'): SharedState {
	const key = randomKey();
	const alone = newGroup(toHex(key.privateKey), toHex(authorityKey(live).publicKey));
	return { generations: [], group: introduce(alone, { key: key.publicKey, name, browser: 'chromium', holds: 'phrase' }, now) };
}

async function regained(carrier: Carrier, now: number, known: SharedState | null = null): Promise<SharedState> {
	const list = takeOtherDevices(known ?? fromPhrase(now), await findOtherDevices(known, live, carrier, now, []), now);
	return takeOtherDevices(known ?? fromPhrase(now), await findOtherDevices(known, live, carrier, now, others(list)), now);
}

const names = ({ group }: SharedState) => devicesOf(group).map(({ name }) => name);
const others = ({ group }: SharedState) => devicesOf(group).flatMap(({ id, here }) => (here ? [] : [id]));
const textFor = (from: SharedState, to: SharedState) => from.group.behind.find(({ device }) => device === idOf(to))?.text as string;

/** A, its phone B and its tablet C; B is unlinked, and all of it was synced. C has heard of it or not. */
async function story(carrier: MemoryCarrier, heard: boolean) {
	const one = linkNew(firstDevice(root), 'phone');
	// the tablet was brought in by the phone: nobody but these two ever wrote of it
	const two = linkNew(one.to, 'tablet');
	let [a, b, c]: SharedState[] = [one.from, two.from, two.to] as [SharedState, SharedState, SharedState];
	for (let turn = 0; turn < 2; turn++) {
		b = await round(b as SharedState, carrier, noon);
		c = await round(c as SharedState, carrier, noon);
		a = await round(a as SharedState, carrier, noon);
	}
	a = { ...(a as SharedState), group: noteRooms(a?.group as SharedState['group'], { tea: plain }, noon) };
	a = await round(unlinkDevices(a, root, [idOf(b as SharedState)], noon + hour), carrier, noon + hour);
	if (heard) {
		c = await round(c as SharedState, carrier, noon + 2 * hour);
		a = await round(a, carrier, noon + 3 * hour);
	}
	return { a, b: b as SharedState, c: c as SharedState };
}
const plain = { hidden: true, stopped: false, anonymousHost: '', mode: 'one-time' } as const;

test.each([true, false])(
	'the phrase alone finds list, closings and settings where they are synced (all others heard of it: %s)',
	async (heard) => {
		const carrier = memoryCarrier();
		const { a, b } = await story(carrier, heard);
		// the removed device speaks up where it still can
		await round(b, carrier, noon + 4 * hour);
		const back = await regained(carrier, noon + 5 * hour);
		expect(names(back)).toEqual(['new laptop', 'laptop', 'tablet']);
		expect(back.generations).toEqual(a.generations);
		expect([...roomsOf(back.group).keys()]).toEqual(['tea']);
		expect(await newestSyncedGeneration(live, carrier, seconds(noon))).toBe(47);
	},
);

test('closings come from what devices say under the newest key as well, where no handover lies about', async () => {
	const carrier = memoryCarrier();
	const { a } = await story(carrier, true);
	const newestMailbox = toHex(syncKeys(generationOf(root, 47)).mailbox.publicKey);
	for (const mailbox of [...carrier.mailboxes.keys()]) if (mailbox !== newestMailbox) carrier.mailboxes.delete(mailbox);
	const back = await regained(carrier, noon + 5 * hour);
	expect(back.generations).toEqual(a.generations);
	expect(names(back)).toEqual(['new laptop', 'laptop', 'tablet']);
});

test('the devices that the user keeps get the new keys by sync, and the removed one does not; those left out are unlinked', async () => {
	const carrier = memoryCarrier();
	let { a, b, c } = await story(carrier, false);
	const back = await regained(carrier, noon + 5 * hour);
	const joined = await round(rejoinDevices(back, root, others(back), noon + 5 * hour), carrier, noon + 5 * hour);
	const opened = newestOf(joined.generations)?.generation as number;
	expect(opened).toBe(48);
	[b, c, a] = [
		await round(b, carrier, noon + 6 * hour),
		await round(c, carrier, noon + 6 * hour),
		await round(a, carrier, noon + 6 * hour),
	];
	expect([a, b, c].map(({ generations }) => newestOf(generations)?.generation)).toEqual([48, 46, 48]);
	expect(c.generations).toEqual(joined.generations);
	expect(names(a)).toEqual(['laptop', 'new laptop', 'tablet']);

	// another one restored later, which keeps the old laptop alone
	const later = await regained(carrier, noon + 7 * hour);
	const kept = devicesOf(later.group).flatMap(({ id, name }) => (name === 'laptop' ? [id] : []));
	const last = await round(rejoinDevices(later, root, kept, noon + 7 * hour), carrier, noon + 7 * hour);
	expect(names(last)).toEqual(['new laptop', 'laptop']);
	[c, a] = [await round(c, carrier, noon + 8 * hour), await round(a, carrier, noon + 8 * hour)];
	expect([a, c].map(({ generations }) => newestOf(generations)?.generation)).toEqual([49, 48]);
});

test('a backup from before the unlinking learns who was removed, and keys for the others can be carried by hand', async () => {
	const carrier = memoryCarrier();
	const one = linkNew(firstDevice(root), 'phone');
	const two = linkNew(one.from, 'tablet');
	const old = two.from;
	await round(unlinkDevices(two.from, root, [idOf(one.to)], noon + hour), carrier, noon + hour);
	// as a backup is read: the same list, another key
	const key = randomKey();
	const group = introduce(
		{ ...old.group, key: toHex(key.privateKey), apart: true },
		{ key: key.publicKey, name: 'restored', browser: 'firefox', holds: 'phrase' },
		noon,
	);
	const back = await regained(carrier, noon + 2 * hour, { ...old, group });
	expect(names(back)).toEqual(['restored', 'laptop', 'tablet']);
	expect(back.group.removed).toContain(idOf(one.to));
	const joined = rejoinDevices(back, root, [idOf(two.to)], noon + 2 * hour);
	expect(joined.group.apart).toBeUndefined();
	expect(newestOf(takeHandover(two.to, textFor(joined, two.to), noon + 2 * hour).generations)?.generation).toBe(48);
	expect(joined.group.behind.map(({ device }) => device)).toEqual([idOf(two.to)]);
});

test('closings that were inferred from messages give way to recorded ones, found or handed over with an answer', async () => {
	const carrier = memoryCarrier();
	const { a } = await story(carrier, true);
	const recorded = a.generations.find(({ generation }) => generation === 46)?.closed;
	// a removed device dated something back
	const misled: SharedState = { ...fromPhrase(noon), generations: [{ ...generationOf(root, 46), closed: 5 }, generationOf(root, 48)] };
	const found = await findOtherDevices(null, live, carrier, noon + 5 * hour, [idOf(a)]);
	const asked = offer('new laptop', 'chromium', seconds(noon));
	const answered = answer(a, readLinkCode(asked.text, seconds(noon)), { name: '', devicesOnly: false, created: 0 }, noon);
	const { bundle } = receive(asked, answered.text, seconds(noon));
	for (const { generations } of [takeOtherDevices(misled, found, noon), takeAnswer(asked, bundle, noon, misled, 'phrase')])
		expect(generations.map(({ generation, closed }) => [generation, closed])).toEqual([
			[46, recorded],
			[47, null],
			[48, null],
		]);
	// whoever has recorded one keeps it
	expect(takeOtherDevices({ ...misled, group: a.group }, found, noon).generations[0]?.closed).toBe(5);
});

test('what a device says that the user does not tick counts for nothing: neither its settings nor its closings', async () => {
	const carrier = memoryCarrier();
	const one = linkNew(firstDevice(root), 'phone');
	const a = await round(one.from, carrier, noon);
	// as if all that was synced later had been wiped, by a removed device that then writes what it likes
	const evil = noteRooms(one.to.group, { tea: { ...plain, anonymousHost: 'evil.test' } }, noon + hour);
	await round({ generations: [{ ...generationOf(root, 40), closed: 0 }, ...one.to.generations], group: evil }, carrier, noon + hour);
	const found = await findOtherDevices(null, live, carrier, noon + 2 * hour, [idOf(a)]);
	const joined = rejoinDevices(takeOtherDevices(fromPhrase(noon), found, noon + 2 * hour), root, [idOf(a)], noon + 2 * hour);
	expect(names(joined)).toEqual(['new laptop', 'laptop']);
	expect([...roomsOf(joined.group).keys()]).toEqual([]);
	expect(joined.generations.map(({ generation }) => generation)).toEqual([46, 47]);
	// said by one that is ticked, both count
	const heard = await findOtherDevices(null, live, carrier, noon + 2 * hour, [idOf(one.to)]);
	const kept = rejoinDevices(takeOtherDevices(fromPhrase(noon), heard, noon + 2 * hour), root, [idOf(one.to)], noon + 2 * hour);
	expect([[...roomsOf(kept.group).keys()], kept.generations[0]?.closed]).toEqual([['tea'], 0]);
});

test('keys go to nobody who is not on the list, and only a holder of the root gives them', () => {
	const { from, to } = linkNew(firstDevice(root), 'phone');
	expect(() => rejoinDevices(from, root, ['ee'.repeat(16)], noon)).toThrow('device-unknown');
	expect(() => rejoinDevices(to, null, [], noon)).toThrow('unlink-no-root');
	expect(() => rejoinDevices(to, sampleRoot(9), [], noon)).toThrow('unlink-no-root');
	expect(keyOf(to).publicKey).toHaveLength(33);
});

/** Devices come and go over months; returns what removed ones know at most, and the last state of the device that has the phrase. */
async function months(steps: readonly { days: number; synced: boolean }[], carrier: Carrier) {
	let now = noon;
	let a = firstDevice(root, noon);
	const removed: { id: string; knows: number; week: number }[] = [];
	for (const { days, synced } of steps) {
		now += days * 24 * hour;
		const { from, to } = linkNew(a, 'guest', now);
		const knows = newestOf(to.generations)?.generation as number;
		a = unlinkDevices(from, root, [idOf(to)], now + hour);
		removed.push({ id: idOf(to), knows, week: weekOf(seconds(now)) });
		// what the removed one says to whoever listens, before and after
		await round(to, carrier, now);
		if (synced) a = await round(a, carrier, now + hour);
		await round(to, carrier, now + 2 * hour);
		now += 3 * hour;
	}
	return { a, removed, now, knownToRemoved: Math.max(-1, ...removed.map(({ knows }) => knows)) };
}
const steps = (days: number, synced: boolean) =>
	fc.array(fc.record({ days: fc.integer({ min: days, max: 30 }), synced: fc.constant(synced) }), { minLength: 1, maxLength: 5 });

test('with sync, a device restored from the phrase never opens a generation that a removed device knows', async () => {
	await fc.assert(
		fc.asyncProperty(steps(0, true), async (each) => {
			const carrier = memoryCarrier();
			const { removed, now, knownToRemoved } = await months(each, carrier);
			const synced = await newestSyncedGeneration(live, carrier, seconds(now));
			expect(openRestoredGeneration({ highestSeen: synced, now: seconds(now) })).toBeGreaterThan(knownToRemoved);
			const back = await regained(carrier, now);
			for (const { id } of removed) expect(others(back)).not.toContain(id);
			const joined = rejoinDevices(back, root, others(back), now);
			expect(newestOf(joined.generations)?.generation).toBeGreaterThan(knownToRemoved);
			expect(joined.group.behind.map(({ device }) => device)).toEqual(others(back));
		}),
		{ numRuns: 12 },
	);
}, 120_000);

test('without sync neither, unless several were removed in the very week that it is restored in, and none of its messages was seen since', async () => {
	await fc.assert(
		fc.asyncProperty(steps(0, false), async (each) => {
			const { a, removed, now, knownToRemoved } = await months(each, memoryCarrier());
			const thisWeek = removed.filter((one) => one.week === weekOf(seconds(now))).length;
			const opens = openRestoredGeneration({ highestSeen: null, now: seconds(now) });
			// a generation ahead of its week comes of earlier weeks with several
			const ahead = removed.some(({ knows, week }) => knows > week);
			if (thisWeek < 2 && !ahead) expect(opens).toBeGreaterThan(knownToRemoved);
			// whoever saw one message under the newest is safe in any case
			const highestSeen = newestOf(a.generations)?.generation as number;
			expect(openRestoredGeneration({ highestSeen, now: seconds(now) })).toBeGreaterThan(knownToRemoved);
		}),
		{ numRuns: 12 },
	);
	const twice = await months(
		[
			{ days: 0, synced: false },
			{ days: 0, synced: false },
			{ days: 0, synced: false },
		],
		memoryCarrier(),
	);
	expect(openRestoredGeneration({ highestSeen: null, now: seconds(twice.now) })).toBeLessThanOrEqual(twice.knownToRemoved);
	expect(openRestoredGeneration({ highestSeen: null, now: seconds(twice.now + week * 3) })).toBeGreaterThan(twice.knownToRemoved);
}, 120_000);
