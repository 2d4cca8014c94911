import { fakeBrowser } from '@webext-core/fake-browser';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { drawRenewal, dueRenewal } from '../../../src/background/notifier/times.ts';
import { until } from '../../until.ts';
import { lobbyId, type OpenNotifier, openNotifier, ring, start } from './open-notifier.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
vi.mock('../../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));
vi.mock('../../../src/background/access/on-channel.ts', () => import('./direct-channel.ts'));

const minute = 60_000;
const day = 86_400_000;
const periodMs = 30 * day;
const period = Math.floor(start / periodMs);

let bauta: OpenNotifier;
beforeEach(async () => {
	Object.assign(fakeBrowser.permissions, { contains: async () => true, remove: async () => true });
	bauta = await openNotifier();
	await bauta.set();
	await bauta.follow(true);
	bauta.server.asked();
});
afterEach(() => bauta.end());

const anotherGeneration = () =>
	bauta.changeDocument(({ identities: [one] }) => {
		const last = one?.generations.reduce((a, b) => (a.generation > b.generation ? a : b));
		if (last) one?.generations.push({ ...last, generation: last.generation + 1, node: { ...last.node, chainCode: '11'.repeat(32) } });
	});
const keyAt = (of: number) => [...bauta.server.installations.values()][0]?.rooms.get(lobbyId)?.[of];

test('a visit that nobody asks for comes once a day, at an hour that was drawn before', async () => {
	const hours = new Set<number>();
	for (let visit = 0; visit < 12; visit++) {
		const before = Date.now();
		const { renew } = await bauta.requireNotifier();
		const time = await bauta.nextAlarm();
		// one of them may be for the keys, whose hour was drawn on its own
		if (time !== renew) expect(Math.floor(time / day)).toBe(Math.floor(before / day) + 1);
		hours.add(Math.floor((time % day) / 3_600_000));
		expect(bauta.server.asked()).toEqual(['RegisterInstallation']);
	}
	expect(hours.size).toBeGreaterThan(4);
});

test('keys are renewed within the last five days of a period, and the notifier never has a gap nor more than it needs', async () => {
	const renewals: number[] = [];
	while (Date.now() < start + 100 * day) {
		const time = await bauta.nextAlarm();
		if (bauta.server.asked().includes('SubscribeWithMetadata')) renewals.push(time);
		const now = Math.floor(Date.now() / periodMs);
		expect(bauta.server.rooms()[lobbyId]).toContain(now);
		expect(Math.max(...(bauta.server.rooms()[lobbyId] ?? []))).toBeLessThanOrEqual(now + 1);
	}
	expect(renewals.length).toBeGreaterThanOrEqual(2);
	for (const time of renewals) expect(periodMs - (time % periodMs)).toBeLessThanOrEqual(5 * day);
});

test('the hour of a renewal is drawn anew for each period', () => {
	const draws = Array.from({ length: 200 }, (_, at) => drawRenewal(start, () => at / 200));
	const end = (period + 1) * periodMs;
	expect(Math.min(...draws)).toBe(end - 5 * day);
	expect(Math.max(...draws)).toBeLessThan(end);
	expect(Math.max(...draws) - Math.min(...draws)).toBeGreaterThan(4.9 * day);
	// who subscribes in the last days has the next period’s key already
	expect(drawRenewal(end - day, () => 0)).toBe(end + 25 * day);
	// a clock that was set back
	expect(dueRenewal(start + 3 * periodMs, start, () => 0)).toBe(end - 5 * day);
	expect(dueRenewal(end, start, () => 0)).toBe(end);
});

describe('nothing that the user does elsewhere has it asked', () => {
	const elsewhere: [string, () => Promise<unknown>][] = [
		[
			'a lock and an unlock',
			async () => {
				const key = await bauta.vaultKey();
				await bauta.lock();
				if (key) await bauta.setUnlocked(key);
			},
		],
		['another generation', anotherGeneration],
		['other settings, and another room', () => bauta.changeRoom(lobbyId, { stopped: true })],
		['a look at the settings', () => bauta.notifierState()],
	];
	test.each(elsewhere)('%s', async (_, act) => {
		const before = await bauta.alarm();
		await act();
		await new Promise((over) => setTimeout(over, 50));
		expect(bauta.server.asked()).toEqual([]);
		expect(await bauta.alarm()).toBe(before);
		await bauta.nextAlarm();
		expect(bauta.server.asked()[0]).toBe('RegisterInstallation');
	});

	test('a time that passed while the vault was locked comes minutes to hours after the unlock, and not with it', async () => {
		const waits: number[] = [];
		for (let time = 0; time < 20; time++) {
			const due = await bauta.alarm();
			const key = await bauta.vaultKey();
			await bauta.lock();
			// also where it was missed by a minute alone
			vi.setSystemTime((due ?? 0) + (time % 2 === 0 ? 3 * day : minute));
			await ring(due ?? 0);
			if (key) await bauta.setUnlocked(key);
			expect(bauta.server.asked()).toEqual([]);
			waits.push(((await bauta.alarm()) ?? 0) - Date.now());
			await bauta.nextAlarm();
			expect(bauta.server.asked()).toContain('RegisterInstallation');
		}
		expect(Math.min(...waits)).toBeGreaterThanOrEqual(5 * minute);
		expect(Math.max(...waits)).toBeLessThanOrEqual(120 * minute);
		expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(20 * minute);
	});

	test('an alarm that waited for the computer to wake up has another time drawn', async () => {
		await bauta.nextAlarm(2 * day);
		expect(bauta.server.asked()).toEqual([]);
		expect(((await bauta.alarm()) ?? 0) - Date.now()).toBeGreaterThanOrEqual(5 * minute - 1000);
		await bauta.nextAlarm();
		expect(bauta.server.asked()).toContain('RegisterInstallation');
	});

	test('a visit makes way for a message that leaves, and begins anew a random moment after', async () => {
		const { holdLooks } = await import('../../../src/background/access/looks.ts');
		const release = await holdLooks();
		const due = (await bauta.alarm()) ?? 0;
		vi.setSystemTime(due);
		await ring(due);
		await new Promise((over) => setTimeout(over, 200));
		expect(bauta.server.asked()).toEqual([]);
		release();
		const end = performance.now();
		await until(() => bauta.server.requests.length > 0, 'the visit');
		expect(performance.now() - end).toBeGreaterThan(900);
	});
});

test('a visit that is under way is not cut off by a message that leaves: this waits for its end, and some random seconds', async () => {
	const { holdLooks } = await import('../../../src/background/access/looks.ts');
	await anotherGeneration();
	let isCut = false;
	let answer = () => {};
	bauta.server.odd.answer = (response) => {
		response.on('close', () => {
			isCut = !response.writableFinished;
		});
		answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"lastSeen":"1"}');
	};
	const visit = bauta.visitNow();
	await until(() => bauta.server.requests.length > 0, 'the first call');
	let leaves = 0;
	const delivery = holdLooks().then((release) => {
		leaves = performance.now();
		release();
	});
	await new Promise((over) => setTimeout(over, 200));
	expect([isCut, leaves]).toEqual([false, 0]);
	bauta.server.odd.answer = null;
	answer();
	const { notifier } = await visit;
	const end = performance.now();
	expect(notifier?.fault).toBeNull();
	expect(bauta.server.asked()).toEqual(['RegisterInstallation', 'SubscribeWithMetadata']);
	await delivery;
	expect(isCut).toBe(false);
	expect(leaves - end).toBeGreaterThan(500);
}, 40_000);

test('another generation takes the place of the old one’s keys with the next visit; until then the popup says so', async () => {
	const old = keyAt(period);
	await anotherGeneration();
	expect((await bauta.notifierState()).rooms).toMatchObject([{ keys: true, waits: true }]);
	expect(keyAt(period)).toBe(old);
	await bauta.nextAlarm();
	expect(bauta.server.asked()).toEqual(['RegisterInstallation', 'SubscribeWithMetadata']);
	expect(keyAt(period)).not.toBe(old);
	expect(Object.keys([...bauta.server.installations.values()][0]?.rooms.get(lobbyId) ?? {})).toHaveLength(2);
	expect((await bauta.notifierState()).rooms).toMatchObject([{ waits: false }]);
});

test('a call whose answer is lost is made again, and until then the popup says that it waits', async () => {
	const old = keyAt(period);
	await anotherGeneration();
	bauta.server.odd.answer = (response, method) => {
		if (method !== 'SubscribeWithMetadata') return false;
		response.destroy();
	};
	const { notifier, rooms } = await bauta.visitNow();
	expect(notifier?.fault?.code).toBe('notifier-down');
	expect(rooms).toMatchObject([{ waits: true }]);
	bauta.server.odd.answer = null;
	expect((await bauta.visitNow()).rooms).toMatchObject([{ waits: false }]);
	expect(keyAt(period)).not.toBe(old);
});

test('a lock ends a visit, and nothing is asked after it', async () => {
	const key = await bauta.vaultKey();
	let answer = () => {};
	bauta.server.odd.answer = (response) => {
		answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"lastSeen":"1"}');
	};
	await anotherGeneration();
	const visit = bauta.visitNow().then(
		() => '',
		({ code }) => code,
	);
	await until(() => bauta.server.requests.length > 0, 'the first call');
	await bauta.lock();
	expect(await visit).toBe('vault-locked');
	answer();
	bauta.server.odd.answer = null;
	expect(bauta.server.asked()).toEqual(['RegisterInstallation']);
	if (key) await bauta.setUnlocked(key);
	expect((await bauta.notifierState()).notifier?.fault).toBeNull();
});
