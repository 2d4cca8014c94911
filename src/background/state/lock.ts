import { BautaError } from '../../messages/errors.ts';
import { browser } from '../../platform/api/browser.ts';
import { fromBase64, toBase64 } from '../../platform/base64.ts';
import { sessionArea } from '../../platform/local-area.ts';
import { drift } from '../../platform/steady-clock.ts';
import { SessionValue, UntilLock } from './session-value.ts';
import { steadyNow } from './steady-now.ts';
import { vault } from './vault.ts';

/** The unlocked vault key lives in the area of this session alone (THREATS.md S2); this copy dies with the worker or at lock. */
const keyText = new SessionValue<string | null>('key', null);
const lastUse = new SessionValue<number>('last-use', 0);
const alarm = 'auto-lock';
/** How often it is looked whether the idle time is over, ms. */
const checkMs = 30_000;
const setAlarm = (): Promise<void> => browser.alarms.create(alarm, { periodInMinutes: checkMs / 60_000 });

type Listener = () => void | Promise<void>;
const lockListeners: Listener[] = [];
const unlockListeners: Listener[] = [];

/** Called after the key is gone, in the order of registration; a fault of one does not stop the others. */
export function onLock(listener: Listener): void {
	lockListeners.push(listener);
}
/** Called once the key is there, as `onLock`. */
export function onUnlock(listener: Listener): void {
	unlockListeners.push(listener);
}

const turnListeners: Listener[] = [];
/**
 * Called once the vault was locked or unlocked, after all that `onLock` and `onUnlock` call: also after what was loaded later, so that pages,
 * which ask at once when they are told, get no answer from before.
 */
export function afterLockTurn(listener: Listener): void {
	turnListeners.push(listener);
}

let nextLock = new AbortController();
/** Aborts at the next lock: what goes on after it holds no text of the user's, and no key (THREATS.md S2, S3). */
export const lockSignal = (): AbortSignal => nextLock.signal;

const beforeListeners: ((key: Uint8Array) => Promise<void>)[] = [];
/** Called while the key is still there, for what must be encrypted with it; given half a second at most (THREATS.md S2, I6). */
export function beforeLock(listener: (key: Uint8Array) => Promise<void>): void {
	beforeListeners.push(listener);
}
const beforeLockMs = 500;

/** Whether the vault is open: asked without a copy of its key. */
export const isUnlocked = async (): Promise<boolean> => (await keyText.get()) !== null;

/** Throws `vault-locked`. */
export async function requireUnlocked(): Promise<void> {
	if (!(await isUnlocked())) throw new BautaError('vault-locked');
}

/** A copy of the 32-byte vault key, or null while locked. Whoever asks overwrites it: a lock does not reach it (THREATS.md S2). */
export async function vaultKey(): Promise<Uint8Array | null> {
	const text = await keyText.get();
	return text ? fromBase64(text) : null;
}

/** Does something with the 32-byte vault key, which is overwritten when that is done. Throws `vault-locked`. */
export async function withKey<R>(act: (key: Uint8Array) => Promise<R>): Promise<R> {
	const key = await vaultKey();
	if (!key) throw new BautaError('vault-locked');
	try {
		return await act(key);
	} finally {
		key.fill(0);
	}
}

/** Asks for the passphrase of the open vault once more. Throws `vault-locked`, `wrong-passphrase`, `too-many-tries`. */
export async function checkPassphrase(passphrase: string): Promise<void> {
	await requireUnlocked();
	(await vault.unlock(passphrase)).fill(0);
}

async function callEach(listeners: Listener[]): Promise<void> {
	for (const listener of listeners)
		try {
			await listener();
		} catch {
			// one feature's fault never stops another
		}
}

/** Takes the vault's key, 32 bytes, and overwrites it: the vault is open from here on. */
export async function setUnlocked(key: Uint8Array): Promise<void> {
	const text = toBase64(key);
	key.fill(0);
	// in this order: a key whose last use is not known would be locked away at once
	await noteUse();
	await keyText.set(text);
	await setAlarm();
	await callEach([...unlockListeners, ...turnListeners]);
}

/** Drops the key everywhere. Idempotent. */
export async function lock(): Promise<void> {
	const key = await vaultKey();
	if (key) {
		const limit = new Promise((resolve) => setTimeout(resolve, beforeLockMs));
		await Promise.race([Promise.allSettled(beforeListeners.map((listener) => listener(key))), limit]);
		key.fill(0);
	}
	// what fails must not keep the rest from being forgotten
	const outcomes = await Promise.allSettled([
		UntilLock.forgetAll(),
		keyText.set(null).then(() => sessionArea().remove('key')),
		browser.alarms.clear(alarm),
	]);
	nextLock.abort();
	nextLock = new AbortController();
	await callEach([...lockListeners, ...turnListeners]);
	for (const result of outcomes) if (result.status === 'rejected') throw result.reason;
}

/** Notes that a person did something with Bauta; the idle time counts from here. */
export async function noteUse(): Promise<void> {
	await lastUse.set(await steadyNow());
}

/** Locks when nobody used Bauta for `minutes`; 0 = never by time. Called by the alarm and at every start of the worker. */
export async function lockIfIdle(minutes: number): Promise<void> {
	if (minutes === 0 || !(await keyText.get())) return;
	// read before the clock: a use that comes meanwhile is none in the future
	const used = await lastUse.get();
	const idle = (await steadyNow()) - used;
	// one that is, by more than two workers' clocks may differ, is of another clock: then nobody knows how long ago it was
	if (idle < -drift || idle >= minutes * 60_000) return lock();
	// an alarm is a time on the wall: after the clock was put back it would come hours late
	const next = await browser.alarms.get(alarm);
	if (next && next.scheduledTime > Date.now() + 2 * checkMs) await setAlarm();
}

/** Whether an alarm of this name is the one at which `lockIfIdle` is to be called. */
export const isLockAlarm = (name: string): boolean => name === alarm;
