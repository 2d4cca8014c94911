import { fakeBrowser } from '@webext-core/fake-browser';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

vi.mock('../../../src/platform/api/browser.ts', () => ({ browser: fakeBrowser }));
const care = vi.hoisted(() => ({ hasty: false }));
vi.mock('../../../src/background/state/care.ts', () => ({ isHasty: async () => care.hasty }));
/** Looks under way: a server that answers is one whose `end` is called. */
const asked = vi.hoisted(() => [] as { site: string; at: number; signal: AbortSignal; end(): void }[]);
vi.mock('../../../src/background/access/on-channel.ts', () => ({
	onChannel: (site: string, _seconds: number, task: (channel: object, signal: AbortSignal) => unknown, signal: AbortSignal) =>
		new Promise<unknown>((resolve, reject) => {
			asked.push({ site, at: performance.now(), signal, end: () => resolve(task({}, signal)) });
			signal.addEventListener('abort', () => reject(new Error('cancelled')));
		}),
}));

const [site, hostile] = ['https://chat.test', 'https://hostile.test'];
const looks = () => import('../../../src/background/access/looks.ts');
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
	care.hasty = false;
	asked.length = 0;
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

test('a site has some rooms looked at anew in an hour and a day, and no more; that costs another site nothing', async () => {
	const { takeLook } = await looks();
	const takeMany = async (count: number) => {
		let taken = 0;
		for (let at = 0; at < count; at++) if (await takeLook(hostile)) taken++;
		return taken;
	};
	expect(await takeMany(100)).toBe(12);
	expect(await takeLook(site)).toBe(true);
	vi.resetModules();
	expect(await (await looks()).takeLook(hostile)).toBe(false);
	let day = 0;
	for (let hour = 1; hour < 24; hour++) {
		vi.setSystemTime(Date.now() + 3600_000);
		day += await takeMany(100);
	}
	expect(day).toBe(24);
	care.hasty = true;
	expect(await takeLook(hostile)).toBe(true);
});

test('of one site one look at a time stands in the way', async () => {
	const { onLookChannel } = await looks();
	for (let at = 0; at < 3; at++) void onLookChannel(hostile, 30, async () => {});
	void onLookChannel(site, 30, async () => {});
	await pass(0);
	expect(asked.map((look) => look.site)).toEqual([hostile, site]);
	asked[0]?.end();
	await pass(0);
	expect(asked).toHaveLength(3);
});

test('a look makes way for a delivery, and begins again at a random moment after it', async () => {
	const waits: number[] = [];
	const { holdLooks, onLookChannel } = await looks();
	for (let time = 0; time < 20; time++) {
		asked.length = 0;
		const over = onLookChannel(hostile, 30, async () => {});
		await pass(0);
		const release = await holdLooks();
		expect(asked[0]?.signal.aborted).toBe(true);
		await pass(60_000);
		expect(asked).toHaveLength(1);
		release();
		const end = performance.now();
		await pass(20_001);
		waits.push((asked[1]?.at ?? Number.NaN) - end);
		asked[1]?.end();
		await over;
	}
	expect(Math.min(...waits)).toBeGreaterThanOrEqual(1000);
	expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(5000);
});

test('a visit makes way for a delivery until it has a channel; then the delivery waits for its end, 8 s at most, and some random seconds', async () => {
	const { holdLooks, onVisitChannel } = await looks();
	const waits: number[] = [];
	for (let time = 0; time < 20; time++) {
		asked.length = 0;
		let cut = 0;
		const speak = (_: unknown, signal: AbortSignal) =>
			new Promise<void>((_resolve, reject) => {
				signal.addEventListener('abort', () => {
					cut = performance.now();
					reject(signal.reason);
				});
			});
		const code = onVisitChannel(site, 8000, speak).catch((thrown) => thrown.code);
		await pass(0);
		(await holdLooks())();
		expect(asked[0]?.signal.aborted).toBe(true);
		await pass(20_001);
		asked[1]?.end();
		const begin = performance.now();
		await pass(3000);
		const delivery = holdLooks();
		let left = 0;
		void delivery.then(() => {
			left = performance.now();
		});
		await pass(4999);
		expect([cut, left]).toEqual([0, 0]);
		await pass(30_000);
		expect(cut - begin).toBe(8000);
		expect(await code).toBe('timed-out');
		waits.push(left - cut);
		(await delivery)();
	}
	expect(Math.min(...waits)).toBeGreaterThanOrEqual(1000);
	expect(Math.max(...waits)).toBeLessThanOrEqual(20_001);
	expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(5000);
});

test('a delivery that is cancelled while it waits for a visit holds up no look; where no delays are wanted, it leaves at the end of the visit', async () => {
	const { holdLooks, onLookChannel, onVisitChannel } = await looks();
	let end = (): void => {};
	const ended = new Promise<void>((over) => {
		end = over;
	});
	const visit = onVisitChannel(site, 8000, () => ended);
	await pass(0);
	asked[0]?.end();
	await pass(0);
	const cancelling = new AbortController();
	const cancelled = holdLooks(cancelling.signal).catch(({ code }) => code);
	cancelling.abort();
	expect(await cancelled).toBe('cancelled');
	void onLookChannel(hostile, 30, async () => {});
	await pass(0);
	expect(asked.map((look) => look.site)).toEqual([site, hostile]);
	care.hasty = true;
	const delivery = holdLooks();
	end();
	await visit;
	await pass(0);
	(await delivery)();
});
