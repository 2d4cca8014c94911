import { fakeBrowser } from '@webext-core/fake-browser';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Entry } from '../../../src/background/outbox/entry.ts';
import { BautaError, type ErrorCode } from '../../../src/messages/errors.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
const frame = vi.hoisted(() => ({ has: true }));
vi.mock('../../../src/platform/channel-frame.ts', () => ({
	get channelHasFrame() {
		return frame.has;
	},
}));
// when deliveries begin and end, and when messages leave; a session takes its time
const wire = vi.hoisted(() => ({ starts: [] as number[], ends: [] as number[], left: [] as string[], fault: null as string | null }));
vi.mock('../../../src/background/outbox/delivery.ts', () => ({
	async deliver({ text }: Entry) {
		wire.starts.push(Date.now());
		if (wire.fault) throw new BautaError(wire.fault as ErrorCode);
		await new Promise((resolve) => setTimeout(resolve, 15_000));
		wire.left.push(text);
		wire.ends.push(Date.now());
		return {};
	},
	askArchive: async () => 'silent',
}));
vi.mock('../../../src/background/access/room-access.ts', () => ({
	requireAccess: async () => ({ open: true, route: {}, modes: ['one-time'], maxPoints: 4096 }),
}));
const settings = vi.hoisted(() => ({ care: 'everyday', delayMin: 2, delayMax: 12, perMinute: 100, perDay: 1000 }));
vi.mock('../../../src/background/state/document.ts', () => ({ readSettings: async () => settings, readDocument: async () => ({}) }));

const start = Date.UTC(2026, 10, 21, 12);
const site = 'https://chat.test';
const rooms = ['lobby', 'garden', 'hall'].map((name) => ({ network: 'xmpp' as const, address: `${name}@muc.chat.test` }));
const key = new Uint8Array(32).fill(7);

async function worker() {
	vi.resetModules();
	const [outbox, store, lock, quiet] = await Promise.all([
		import('../../../src/background/outbox/outbox.ts'),
		import('../../../src/background/outbox/store.ts'),
		import('../../../src/background/state/lock.ts'),
		import('../../../src/background/outbox/quiet.ts'),
	]);
	return { ...outbox, ...store, ...lock, ...quiet };
}
type Worker = Awaited<ReturnType<typeof worker>>;

async function unlocked(): Promise<Worker> {
	const { base64 } = await import('@scure/base');
	await fakeBrowser.storage.session.set({ key: base64.encode(key) });
	return worker();
}

const waiting = (count: number, due: number, state: Entry['state'] = 'waiting'): Entry[] =>
	Array.from({ length: count }, (_, at) => ({
		...{ id: `${at}`, hints: { origin: site }, room: rooms[at % 3] as Entry['room'], text: `${at}`, replyTo: '', mode: 'one-time' },
		...{ due, tries: 0, fault: null, state, sealed: null },
	}));

/** Lets time pass, with turns of the event loop for what takes no time, until `isOver` or `most` seconds are over. */
const turn = setImmediate;
async function pass(most: number, isOver: () => boolean | Promise<boolean> = () => false): Promise<void> {
	for (let passed = 0; passed < most && !(await isOver()); passed += 0.5) {
		await vi.advanceTimersByTimeAsync(500);
		for (let at = 0; at < 8; at++) await new Promise((resolve) => turn(resolve));
	}
}
const gaps = (times: number[]): number[] => times.slice(1).map((time, at) => (time - (times[at] as number)) / 1000);
/** A row: sorted, what comes next follows within two seconds. */
const row = (times: number[]): number[] => gaps([...times].sort((one, other) => one - other)).filter((gap) => gap < 2);

beforeEach(() => {
	fakeBrowser.reset();
	frame.has = true;
	Object.assign(wire, { starts: [], ends: [], left: [], fault: null });
	Object.assign(settings, { delayMin: 2, delayMax: 12 });
	vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'performance'], now: start });
});
afterEach(() => {
	vi.useRealTimers();
});

async function afterUnlock(entries: Entry[]): Promise<Worker> {
	const here = await unlocked();
	await here.changeOutbox((all) => all.push(...entries));
	await here.lock();
	await here.postDue();
	await here.setUnlocked(key.slice());
	return here;
}

/** What may stop messages on their way, and how each goes on. All of them were due some time ago. */
const stops: [string, (entries: Entry[]) => Promise<Worker>][] = [
	['the lock', afterUnlock],
	[
		'the end of the worker, or a sleep of the computer',
		async (entries) => {
			await (await unlocked()).changeOutbox((all) => all.push(...entries));
			const next = await worker();
			await next.resumeOutbox();
			await next.postDue();
			return next;
		},
	],
	[
		'the end of the worker in the middle of deliveries',
		async (entries) => {
			await (await unlocked()).changeOutbox((all) => all.push(...entries.map((entry) => ({ ...entry, state: 'sending' as const }))));
			const next = await worker();
			await next.resumeOutbox();
			await next.postDue();
			return next;
		},
	],
	[
		'the user’s “Post again” for all of them',
		async (entries) => {
			const here = await unlocked();
			await here.changeOutbox((all) => all.push(...entries.map((entry) => ({ ...entry, state: 'failed' as const }))));
			for (const { id } of entries) void here.retryEntry(id);
			await pass(1);
			return here;
		},
	],
	[
		'a network that was away',
		async (entries) => {
			const here = await unlocked();
			wire.fault = 'server-down';
			await here.changeOutbox((all) => all.push(...entries.map((entry) => ({ ...entry, due: start }))));
			await here.postDue();
			await pass(60, () => wire.starts.length >= entries.length);
			Object.assign(wire, { fault: null, starts: [] });
			return here;
		},
	],
];

describe.each([
	['where one channel is open at a time', true],
	['where several may be', false],
])('%s', (_, hasFrame) => {
	test.each(stops)('what waited because of %s is spread anew', async (_name, stop) => {
		frame.has = hasFrame;
		const here = await stop(waiting(6, start - 60_000));
		const first = Date.now();
		await pass(600, async () => (await here.readOutbox()).length === 0);
		expect(await here.readOutbox()).toEqual([]);
		expect([...wire.left].sort()).toEqual(['0', '1', '2', '3', '4', '5']);
		// nothing leaves at the moment at which it may, and no two together
		expect(wire.starts[0]).toBeGreaterThan(first + 400);
		expect(row(wire.starts)).toEqual([]);
		// nor does the next begin whenever the last has ended
		const follows = wire.starts.filter((time) => wire.ends.some((end) => time >= end && time - end < 1000));
		expect(follows.length).toBeLessThan(hasFrame ? 1 : 4);
		const overlaps = wire.starts.filter((time, at) => wire.starts.some((other, before) => before < at && time - other < 15_000));
		if (hasFrame) expect(overlaps).toEqual([]);
		else expect(overlaps.length).toBeGreaterThan(0);
	});
});

test('the order of what waited tells nothing: over 60 unlocks each of three leaves first', async () => {
	const firsts: string[] = [];
	for (let time = 0; time < 60; time++) {
		fakeBrowser.reset();
		const here = await afterUnlock(waiting(3, Date.now() - 1000));
		const queue = [...(await here.readOutbox())].sort((one, other) => one.due - other.due);
		firsts.push(queue[0]?.id ?? '');
		for (const { due } of queue) expect([due >= Date.now() + 1999, due <= Date.now() + 12_001]).toEqual([true, true]);
	}
	// each comes first 20 times; 6 or less come once in 50,000 runs
	for (const id of ['0', '1', '2']) expect(firsts.filter((first) => first === id).length).toBeGreaterThan(6);
});

test('whoever wants no delays has what waited leave at once, in its order', async () => {
	Object.assign(settings, { delayMin: 0, delayMax: 0 });
	const here = await afterUnlock(waiting(3, start - 60_000));
	await pass(120, async () => (await here.readOutbox()).length === 0);
	expect(wire.left).toEqual(['0', '1', '2']);
	expect(wire.ends.at(-1)).toBeLessThan(start + 55_000);
});

test('two messages that are due at once do not begin within the same few seconds, in whatever rooms', async () => {
	frame.has = false;
	const distances: number[] = [];
	for (let time = 0; time < 30; time++) {
		fakeBrowser.reset();
		wire.starts = [];
		const here = await unlocked();
		await here.changeOutbox((all) => all.push(...waiting(2, Date.now())));
		void here.postDue();
		await pass(60, async () => wire.starts.length === 2);
		distances.push(...gaps(wire.starts));
		await pass(20);
	}
	expect(Math.min(...distances)).toBeGreaterThanOrEqual(2);
	expect(Math.max(...distances) - Math.min(...distances)).toBeGreaterThan(3);
	expect(distances).toHaveLength(30);
});

describe('while the account itself speaks in the room', () => {
	const room = 'xmpp:lobby@muc.chat.test';

	test('nothing leaves until its message has arrived, nor within a random few seconds of that', async () => {
		const pauses: number[] = [];
		for (let time = 0; time < 20; time++) {
			fakeBrowser.reset();
			wire.starts = [];
			const here = await unlocked();
			await here.changeOutbox((all) => all.push(...waiting(1, Date.now())));
			here.noteAccountSpeech(site, room, 'a', false);
			void here.postDue();
			await pass(9);
			expect(wire.starts).toEqual([]);
			here.noteAccountSpeech(site, room, 'a', true);
			const arrived = Date.now();
			await pass(120, () => wire.starts.length === 1);
			pauses.push(((wire.starts[0] as number) - arrived) / 1000);
			await pass(20);
		}
		expect(Math.min(...pauses)).toBeGreaterThanOrEqual(2);
		expect(new Set(pauses).size).toBeGreaterThan(10);
	});

	test('other rooms, and the same room on another site, are no concern of it', async () => {
		const { noteAccountSpeech, accountSilence } = await unlocked();
		noteAccountSpeech('https://other.test', room, 'a', false);
		noteAccountSpeech(site, 'xmpp:garden@muc.chat.test', 'a', false);
		expect(accountSilence(site, room)).toBe(0);
	});

	test('a page that says so without end holds a message three times, some seconds each, and no more', async () => {
		const here = await unlocked();
		await here.changeOutbox((all) => all.push(...waiting(1, Date.now())));
		void here.postDue();
		for (let id = 0; wire.starts.length === 0 && id < 1000; id++) {
			here.noteAccountSpeech(site, room, `${id}`, false);
			await pass(1);
		}
		expect(((wire.starts[0] as number) - start) / 1000).toBeLessThan(60);
		expect(((wire.starts[0] as number) - start) / 1000).toBeGreaterThan(6);
	});

	test('that one message came back counts once, however often a page says so', async () => {
		const here = await unlocked();
		here.noteAccountSpeech(site, room, 'a', false);
		here.noteAccountSpeech(site, room, 'a', true);
		await pass(4);
		const rest = here.accountSilence(site, room);
		for (const isBack of [true, false, true]) here.noteAccountSpeech(site, room, 'a', isBack);
		expect(here.accountSilence(site, room)).toBeLessThanOrEqual(rest);
	});
});

test('where delays are minutes, alarms that are half a minute late put nothing off; later ones do so twice in a row', async () => {
	Object.assign(settings, { delayMin: 60, delayMax: 600 });
	const here = await unlocked();
	await here.changeOutbox((all) => all.push(...waiting(1, Date.now() - 31_000)));
	void here.postDue();
	await pass(30, () => wire.ends.length === 1);
	await pass(20);
	expect(wire.starts).toHaveLength(1);
	await here.changeOutbox((all) => all.splice(0, 9, ...waiting(1, Date.now() - 100_000)));
	for (let time = 1; time <= 2; time++) {
		void here.postDue();
		await pass(1);
		const [entry] = await here.readOutbox();
		expect(entry).toMatchObject({ state: 'waiting', lates: time });
		expect(entry?.due).toBeGreaterThan(Date.now());
		vi.setSystemTime((entry?.due ?? 0) + 100_000);
	}
	void here.postDue();
	await pass(1);
	expect(wire.starts).toHaveLength(2);
});
