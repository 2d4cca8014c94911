import { fakeBrowser } from '@webext-core/fake-browser';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

vi.mock('../../../src/platform/api/browser.ts', () => ({ browser: fakeBrowser }));

const minute = 60_000;
const later = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);
const keyBytes = () => new Uint8Array(32).fill(7);

/** A worker of its own: what it knows it has from the storage. */
async function worker() {
	vi.resetModules();
	return import('../../../src/background/state/lock.ts');
}
const alarms = async () => (await fakeBrowser.alarms.getAll()).map(({ name }) => name);
const stored = async () => JSON.stringify([await fakeBrowser.storage.session.get(null), await fakeBrowser.storage.local.get(null)]);

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 21, 12) });
	fakeBrowser.reset();
});
afterEach(() => {
	vi.restoreAllMocks();
	vi.useRealTimers();
});

test('locks when nobody used Bauta for so many minutes, and not before', async () => {
	const { setUnlocked, lockIfIdle, vaultKey } = await worker();
	await setUnlocked(keyBytes());
	later(15 * minute - 1);
	await lockIfIdle(15);
	expect(await vaultKey()).toEqual(keyBytes());
	later(1);
	await lockIfIdle(15);
	expect(await vaultKey()).toBeNull();
});

test('every use puts it off', async () => {
	const { setUnlocked, lockIfIdle, noteUse, vaultKey } = await worker();
	await setUnlocked(keyBytes());
	for (let time = 0; time < 3; time++) {
		later(14 * minute);
		await noteUse();
		await lockIfIdle(15);
		expect(await vaultKey()).not.toBeNull();
	}
	later(15 * minute);
	await lockIfIdle(15);
	expect(await vaultKey()).toBeNull();
});

test('the time goes on while the worker sleeps', async () => {
	await worker().then(({ setUnlocked }) => setUnlocked(keyBytes()));
	later(14 * minute);
	await worker().then(({ noteUse }) => noteUse());
	later(14 * minute);
	const awake = await worker();
	await awake.lockIfIdle(15);
	expect(await awake.vaultKey()).not.toBeNull();
	later(minute);
	const again = await worker();
	await again.lockIfIdle(15);
	expect(await again.vaultKey()).toBeNull();
});

test('a use while the time is being looked at does not lie in the future, and locks nothing', async () => {
	const { setUnlocked, lockIfIdle, noteUse, vaultKey } = await worker();
	await setUnlocked(keyBytes());
	later(30_000);
	// every few seconds the clock is stored, and that takes a while
	const set = fakeBrowser.storage.session.set as (items: object) => Promise<void>;
	vi.spyOn(fakeBrowser.storage.session, 'set').mockImplementationOnce(async (items) => {
		later(10);
		await noteUse();
		return set(items);
	});
	await lockIfIdle(15);
	expect(await vaultKey()).toEqual(keyBytes());
});

test('a wall clock that is put back by a moment as a worker dies locks nothing', async () => {
	const first = await worker();
	await first.setUnlocked(keyBytes());
	later(4000);
	await first.noteUse();
	later(-2000);
	const next = await worker();
	await next.lockIfIdle(15);
	expect(await next.vaultKey()).toEqual(keyBytes());
	later(15 * minute + 2000);
	await next.lockIfIdle(15);
	expect(await next.vaultKey()).toBeNull();
});

test('a worker that dies in the middle of an unlock leaves no key whose last use is not known', async () => {
	const { setUnlocked } = await worker();
	const set = fakeBrowser.storage.session.set as (items: object) => Promise<void>;
	const order: string[] = [];
	vi.spyOn(fakeBrowser.storage.session, 'set').mockImplementation(async (items) => {
		order.push(...Object.keys(items));
		return set(items);
	});
	await setUnlocked(keyBytes());
	expect(order.indexOf('last-use')).toBeGreaterThanOrEqual(0);
	expect(order.indexOf('last-use')).toBeLessThan(order.indexOf('key'));
});

test('0 minutes: never by time', async () => {
	const { setUnlocked, lockIfIdle, vaultKey } = await worker();
	await setUnlocked(keyBytes());
	later(365 * 24 * 60 * minute);
	await lockIfIdle(0);
	expect(await vaultKey()).not.toBeNull();
});

test('an alarm asks for it while the vault is open, twice a minute, and goes with the key', async () => {
	const { setUnlocked, lockIfIdle, isLockAlarm } = await worker();
	expect(await alarms()).toEqual([]);
	await setUnlocked(keyBytes());
	const [name = '', ...others] = await alarms();
	expect([isLockAlarm(name), isLockAlarm('outbox'), others]).toEqual([true, false, []]);
	expect((await fakeBrowser.alarms.get(name))?.periodInMinutes).toBe(0.5);
	later(minute);
	await lockIfIdle(1);
	expect(await alarms()).toEqual([]);
});

test('the lock forgets the key in memory and in the storage, tells everybody once, and a locked vault does not lock again by time', async () => {
	const { setUnlocked, lock, lockIfIdle, onLock, requireUnlocked, vaultKey } = await worker();
	const told: string[] = [];
	onLock(async () => {
		told.push(`first, key: ${await vaultKey()}`);
		throw new Error('a fault of one feature');
	});
	onLock(() => void told.push('second'));
	await setUnlocked(keyBytes());
	const { base64 } = await import('@scure/base');
	const written = base64.encode(keyBytes());
	expect(await stored()).toContain(written);
	await lock();
	expect(told).toEqual(['first, key: null', 'second']);
	expect(await stored()).not.toContain(written);
	await expect(requireUnlocked()).rejects.toMatchObject({ code: 'vault-locked' });
	expect(await (await worker()).vaultKey()).toBeNull();
	later(60 * minute);
	await lockIfIdle(15);
	expect(told).toHaveLength(2);
});

test('no passphrase is tried while the vault is locked, not even once', async () => {
	const { checkPassphrase } = await worker();
	const { vault } = await import('../../../src/background/state/vault.ts');
	const unlock = vi.spyOn(vault, 'unlock');
	await expect(checkPassphrase('any')).rejects.toMatchObject({ code: 'vault-locked' });
	expect(unlock).not.toHaveBeenCalled();
});

test('who tells others of a lock or an unlock does so last: what was loaded later knows of it by then', async () => {
	const { afterLockTurn, lock, onLock, onUnlock, setUnlocked } = await worker();
	const order: string[] = [];
	afterLockTurn(() => void order.push('told'));
	onUnlock(async () => {
		await new Promise((resolve) => setTimeout(resolve, 20));
		order.push('unlocked');
	});
	onLock(() => void order.push('locked'));
	await setUnlocked(keyBytes());
	await lock();
	expect(order).toEqual(['unlocked', 'told', 'locked', 'told']);
});

test('no copy of the key outlives its use: the one that opened the vault, and each that was asked for', async () => {
	const { setUnlocked, withKey } = await worker();
	const given = keyBytes();
	await setUnlocked(given);
	expect([...given]).toEqual(Array(32).fill(0));
	const copies: Uint8Array[] = [];
	const use = async (key: Uint8Array) => {
		copies.push(key);
		return [...key];
	};
	expect(await withKey(use)).toEqual([...keyBytes()]);
	await expect(withKey(async (key) => use(key).then(() => Promise.reject(new Error('a fault'))))).rejects.toThrow('a fault');
	expect(copies.map((copy) => [...copy])).toEqual([Array(32).fill(0), Array(32).fill(0)]);
});
