import { fakeBrowser } from '@webext-core/fake-browser';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defaultSettings } from '../../../src/vault/document.ts';
import { eventually } from '../../eventually.ts';
import { openOutbox, start } from './open-outbox.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
// what goes over the wire is proved with real servers; here is when
const posts = vi.hoisted(() => [] as { text: string; at: number }[]);
vi.mock('../../../src/background/outbox/delivery.ts', () => ({
	deliver: async ({ text }: { text: string }) => {
		posts.push({ text, at: Date.now() });
		return {};
	},
	askArchive: async () => 'silent',
}));
vi.mock('../../../src/background/access/room-access.ts', () => ({
	requireAccess: async () => ({ open: true, route: {}, modes: ['one-time'], maxPoints: 4096 }),
}));
const settings = vi.hoisted(() => ({ delayMin: 0, delayMax: 0, perMinute: 10_000, perDay: 10_000 }));
vi.mock('../../../src/background/state/document.ts', () => ({ readSettings: async () => settings, readDocument: async () => ({}) }));

/** Delays of so many messages, ms, with the clock standing still. */
async function drawDelays(count: number, delayMin: number, delayMax: number): Promise<number[]> {
	Object.assign(settings, { delayMin, delayMax });
	const { send, changeOutbox } = await openOutbox();
	const delays: number[] = [];
	while (delays.length < count) {
		await send('hello');
		// taken out at once: an outbox that grows is written whole each time
		delays.push(...(await changeOutbox((all) => all.splice(0).map(({ due }) => due - start))));
	}
	return delays;
}

beforeEach(() => {
	fakeBrowser.reset();
	posts.length = 0;
	vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'performance'], now: start });
});
afterEach(() => {
	vi.useRealTimers();
});

test('2 to 12 seconds unless the user says otherwise, spread evenly over all of it', async () => {
	const { delayMin, delayMax } = defaultSettings();
	expect([delayMin, delayMax]).toEqual([2, 12]);
	const delays = await drawDelays(500, delayMin, delayMax);
	expect(Math.min(...delays)).toBeGreaterThanOrEqual(2000);
	expect(Math.max(...delays)).toBeLessThan(12_000);
	// to the millisecond and finer: no two alike
	expect(new Set(delays).size).toBeGreaterThan(490);
	const tenths = Array.from({ length: 10 }, (_, at) => delays.filter((delay) => Math.floor(delay / 1000) - 2 === at).length);
	// chi squared with 9 degrees of freedom: even draws pass 40 once in 100,000 runs
	expect(
		tenths.reduce((sum, count) => sum + (count - 50) ** 2 / 50, 0),
		tenths.join(' '),
	).toBeLessThan(40);
	// nor does one tell the next
	const after = delays.slice(1).filter((delay, at) => delay > (delays[at] as number)).length;
	expect(Math.abs(after - 250)).toBeLessThan(50);
});

test('another range, one length, and none at all', async () => {
	const long = await drawDelays(20, 60, 90);
	expect(Math.min(...long)).toBeGreaterThanOrEqual(60_000);
	expect(Math.max(...long)).toBeLessThan(90_000);
	expect(new Set(await drawDelays(3, 5, 5))).toEqual(new Set([5000]));
	expect(await drawDelays(3, 0, 0)).toEqual([0, 0, 0]);
});

test('is over before anything is posted, even when the outbox is looked at before', async () => {
	Object.assign(settings, { delayMin: 2, delayMax: 12 });
	const { send, readOutbox, postDue } = await openOutbox();
	await send('hello');
	const due = (await readOutbox())[0]?.due as number;
	vi.setSystemTime(Math.floor(due - 1));
	await postDue();
	expect(posts).toEqual([]);
	// a draw is finer than the clock
	vi.setSystemTime(Math.ceil(due));
	await postDue();
	expect(posts).toEqual([{ text: 'hello', at: Math.ceil(due) }]);
	expect(await readOutbox()).toEqual([]);
});

test('leaves by itself when its time is over, whatever was written before it', async () => {
	const { send, readOutbox } = await openOutbox();
	const times = async (delay: number, text: string) => {
		Object.assign(settings, { delayMin: delay, delayMax: delay });
		await send(text);
	};
	await times(20, 'written first');
	await times(4, 'written second');
	const real = setImmediate;
	const turnOver = () => new Promise((resolve) => real(resolve));
	for (let passed = 0; passed < 21_000; passed += 500) {
		await vi.advanceTimersByTimeAsync(500);
		for (let turn = 0; turn < 20; turn++) await turnOver();
	}
	expect(posts.map(({ text }) => text)).toEqual(['written second', 'written first']);
	expect(posts.map(({ at }) => Math.floor((at - start) / 1000))).toEqual([4, 20]);
	await eventually(async () => expect(await readOutbox()).toEqual([]));
});

test('who is careful waits one to ten minutes, whatever else is set', async () => {
	Object.assign(settings, { care: 'careful' });
	const delays = await drawDelays(200, 0, 0);
	Object.assign(settings, { care: undefined });
	expect(Math.min(...delays)).toBeGreaterThanOrEqual(60_000);
	expect(Math.max(...delays)).toBeLessThan(600_000);
	expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(400_000);
});
