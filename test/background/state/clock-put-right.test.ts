/** The clock of the computer is put back or forward by hours or years: no wait, limit or lock lasts longer than it is meant to. */
import { fakeBrowser } from '@webext-core/fake-browser';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));

const minute = 60_000;
const hour = 60 * minute;
const year = 365 * 24 * hour;
const room = 'xmpp:lobby@rooms.test';
const site = 'https://chat.test';

let tick = 0;
beforeEach(() => {
	vi.resetModules();
	vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 21, 12) });
	tick = 0;
	vi.spyOn(performance, 'now').mockImplementation(() => tick);
	fakeBrowser.reset();
	vi.stubGlobal('indexedDB', new IDBFactory());
});
afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
	vi.unstubAllGlobals();
});

const move = (ms: number) => vi.setSystemTime(Date.now() + ms);
function pass(ms: number): void {
	tick += ms;
	move(ms);
}
/** The worker ends, and another one begins, whose `performance` begins anew. */
function restartWorker(): void {
	vi.resetModules();
	tick = 0;
}
const load = {
	lock: () => import('../../../src/background/state/lock.ts'),
	limits: () => import('../../../src/background/outbox/rate-limits.ts'),
	looks: () => import('../../../src/background/access/looks.ts'),
	caught: () => import('../../../src/background/state/caught-sites.ts'),
	writing: () => import('../../../src/background/state/writing.ts'),
	results: () => import('../../../src/background/access/probe-results.ts'),
	clock: () => import('../../../src/background/state/steady-now.ts'),
	log: () => import('../../../src/background/recognition/message-log.ts'),
	admission: () => import('../../../src/background/pages/admission.ts'),
	delay: () => import('../../../src/background/outbox/delay.ts'),
};
const cases: [string, number, boolean][] = [-3 * hour, -5 * year, 4 * year].flatMap((ms) =>
	[false, true].map((died): [string, number, boolean] => [
		`${ms < 0 ? 'back' : 'forward'} by ${Math.abs(ms) / hour} hours, ${died ? 'while no worker lived' : 'in the worker'}`,
		ms,
		died,
	]),
);

describe.each(cases)('a clock put %s', (_, ms, died) => {
	const putRight = async () => {
		if (died) restartWorker();
		move(ms);
		// as every worker does when it begins
		if (died) await (await load.clock()).steadyNow();
	};

	test('locks after the idle time', async () => {
		await (await load.lock()).setUnlocked(new Uint8Array(32).fill(7));
		await putRight();
		for (let checks = 0; checks < 4; checks++) {
			pass(30_000);
			await (await load.lock()).lockIfIdle(1);
		}
		expect(await (await load.lock()).vaultKey()).toBeNull();
	});

	test('sets the alarm of the lock again where it would come too late', async () => {
		const { setUnlocked, lockIfIdle } = await load.lock();
		await setUnlocked(new Uint8Array(32).fill(7));
		await putRight();
		await (died ? await load.lock() : { lockIfIdle }).lockIfIdle(60);
		const alarm = await fakeBrowser.alarms.get('auto-lock');
		if (ms < 0) expect(alarm?.scheduledTime ?? 0).toBeLessThanOrEqual(Date.now() + minute);
	});

	test('lets one write again when a minute, and a day, are over', async () => {
		const { countPost } = await load.limits();
		for (let posts = 0; posts < 6; posts++) await countPost(room);
		await putRight();
		if (ms < 0) await expect((await load.limits()).checkLimits(room, 0)).rejects.toMatchObject({ code: 'rate-minute' });
		pass(minute + 5001);
		await (await load.limits()).checkLimits(room, 0);
		await (await load.limits()).checkLimits(room, 5);
	});

	test('has rooms looked at again an hour later', async () => {
		for (let count = 0; count < 12; count++) await (await load.looks()).takeLook(site);
		await putRight();
		if (ms < 0) expect(await (await load.looks()).takeLook(site)).toBe(false);
		pass(hour + 5001);
		expect(await (await load.looks()).takeLook(site)).toBe(true);
	});

	test('forgets a stolen keyboard after ten minutes', async () => {
		const { noteTheft } = await load.caught();
		await noteTheft(site);
		pass(5001);
		await noteTheft(site);
		await putRight();
		pass(10 * minute + 5001);
		expect(await (await load.caught()).noteTheft(site)).toBe(false);
	});

	test('ends writing after seconds', async () => {
		await (await load.writing()).noteWriting(1, site);
		await putRight();
		pass(20_000);
		expect(await (await load.writing()).isWritingAt(site)).toBe(false);
	});

	test('renews what is known of a room within a day', async () => {
		await (await load.results()).rememberAccess(site, room, { open: false, reason: 'room-gone', detail: '' });
		await putRight();
		const left = ((await (await load.results()).renewalOf(site, room)) ?? 0) - (await (await load.clock()).steadyNow());
		expect(left).toBeLessThanOrEqual(22 * hour + 5000);
	});

	test('reads an archive again a day later, and not before', async () => {
		expect(await (await load.log()).mayReadArchive(site, room)).toBe(true);
		await putRight();
		if (ms < 0) expect(await (await load.log()).mayReadArchive(site, room)).toBe(false);
		pass(24 * hour + 5001);
		expect(await (await load.log()).mayReadArchive(site, room)).toBe(true);
	});

	test('takes no time of a message for one far ahead that is not', async () => {
		const { freshDelay, isFarAhead } = await load.delay();
		const { now, delay } = await freshDelay();
		expect(await isFarAhead(now + delay)).toBe(false);
		await putRight();
		expect(await (await load.delay()).isFarAhead(now + delay)).toBe(false);
	});
});

test('a time that an earlier run of the browser left far ahead is told', async () => {
	const due = Date.now() + 2 * hour;
	expect(await (await load.delay()).isFarAhead(due)).toBe(true);
});

test('a budget of a page fills again, though the clock was put back', async () => {
	const { mayJudge } = await load.admission();
	expect(mayJudge(site, 3000)).toBe(3000);
	move(-5 * year);
	expect(mayJudge(site, 10)).toBe(0);
	pass(minute);
	expect(mayJudge(site, 1000)).toBe(600);
});
