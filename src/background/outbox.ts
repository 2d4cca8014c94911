import browser from 'webextension-polyfill';
import type { Fault, Mode, RoomRef, Waiting } from '../messages.ts';
import type { Hints } from '../networks/network.ts';
import { BautaError, type ErrorCode, errorCodes, errorRecord } from '../platform/error.ts';
import { canonicalText } from '../protocol/text.ts';
import { remember as rememberAccess, wayInto } from './access.ts';
import { readSettings } from './document.ts';
import { checkLimits, countPost } from './limits.ts';
import { onUnlock, vaultKey } from './lock.ts';
import { roomIdOf } from './networks.ts';
import { changeOutbox, type Entry, readOutbox, somethingWaits } from './outbox-store.ts';
import { isInArchive, postEntry } from './posting.ts';

const alarm = 'outbox';
/** The server or Bauta's own gate said no: the bytes are not in the room. Any other fault after they were handed over leaves that open. */
const isRefusal = (code: ErrorCode): boolean =>
	/^(room-|text-|rate-)/.test(code) ||
	['nick-conflict', 'not-in-room', 'server-refused', 'policy-violation', 'auth-required', 'gate-refused'].includes(code);
/** Retried by itself, and only while nothing can have left the device. */
const networkFaults: ErrorCode[] = ['server-down', 'timed-out', 'tls-failed', 'bad-answer'];
const tryLimit = 5;
/** Bytes in flight when a worker died need a moment to show in the archive. */
const settleSeconds = 5;

type Change = { room: RoomRef; delivered?: string };
const listeners: ((change: Change) => void)[] = [];
/** Called whenever the outbox of a room changed; `delivered` is the id of an entry that the room has shown. */
export function onOutboxChange(listener: (change: Change) => void): void {
	listeners.push(listener);
}
function tell(change: Change): void {
	for (const listener of listeners) listener(change);
}

const posting = new Map<string, AbortController>();
let pumping = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Uniform between the two, from the system's randomness: in ms. */
function drawDelay(minSeconds: number, maxSeconds: number): number {
	const [word] = crypto.getRandomValues(new Uint32Array(1));
	return 1000 * (minSeconds + ((word ?? 0) / 2 ** 32) * (maxSeconds - minSeconds));
}

function asBauta(thrown: unknown): unknown {
	const code = (thrown as { code?: unknown })?.code;
	return errorCodes.includes(code as ErrorCode) ? new BautaError(code as ErrorCode) : thrown;
}

function checkedText(text: string): string {
	try {
		return canonicalText(text);
	} catch (thrown) {
		throw asBauta(thrown);
	}
}

/**
 * Takes a message in: checks, draws the delay, writes the encrypted entry before anything else happens. Returns its id.
 * Throws `vault-locked`, the text codes, `mode-unavailable`, `rate-minute`, `rate-day`, and every reason for a closed room.
 */
export async function enqueue(room: RoomRef, hints: Hints, text: string, replyTo: string, mode: Mode): Promise<string> {
	const canonical = checkedText(text);
	const access = await wayInto(room, hints);
	if (!access.modes.includes(mode)) throw new BautaError('mode-unavailable', mode);
	if ([...canonical].length > access.maxPoints) throw new BautaError('text-long', String(access.maxPoints));
	const { delayMin, delayMax } = await readSettings();
	const id = crypto.randomUUID();
	const entry: Entry = {
		id,
		hints,
		room,
		text: canonical,
		replyTo,
		mode,
		due: Date.now() + drawDelay(delayMin, delayMax),
		tries: 0,
		state: 'waiting',
		sealed: null,
		fault: null,
	};
	const roomId = roomIdOf(room);
	await checkLimits(roomId, (await readOutbox()).filter((one) => roomIdOf(one.room) === roomId && one.state !== 'failed').length);
	await changeOutbox((entries) => entries.push(entry));
	tell({ room });
	void schedule();
	return id;
}

const isQueued = (entry: Entry): boolean => entry.state === 'waiting' || entry.state === 'retrying';

/** Sets the timers to the next due entry. An alarm stands behind them, as the worker may be asleep by then. */
export async function schedule(): Promise<void> {
	clearTimeout(timer);
	if (!(await somethingWaits())) {
		await browser.alarms.clear(alarm);
		return;
	}
	await browser.alarms.create(alarm, { periodInMinutes: 0.5 });
	if (!(await vaultKey())) return;
	const due = (await readOutbox()).filter(isQueued).map((entry) => entry.due);
	if (due.length > 0) timer = setTimeout(() => void pump(), Math.max(0, Math.min(...due) - Date.now()));
}
export const isOutboxAlarm = (name: string): boolean => name === alarm;

async function setEntry(id: string, change: Partial<Entry>): Promise<Entry | undefined> {
	return changeOutbox((entries) => {
		const entry = entries.find((one) => one.id === id);
		return entry && structuredClone(Object.assign(entry, change));
	});
}

async function remove(id: string): Promise<Entry | undefined> {
	return changeOutbox((entries) => {
		const index = entries.findIndex((one) => one.id === id);
		return index < 0 ? undefined : entries.splice(index, 1)[0];
	});
}

async function delivered(entry: Entry): Promise<void> {
	await countPost(roomIdOf(entry.room));
	await remove(entry.id);
	tell({ room: entry.room, delivered: entry.id });
}

/** It is not known whether the bytes left: the archive is asked, and if that tells nothing, the user (DESIGN.md §3.4). */
async function settle(entry: Entry): Promise<void> {
	let there: boolean | null = null;
	try {
		const access = await wayInto(entry.room, entry.hints);
		await new Promise((resolve) => setTimeout(resolve, settleSeconds * 1000));
		there = await isInArchive(entry, access, entry.hints);
	} catch {
		// closed or unreachable: nobody can tell
	}
	if (there) return delivered(entry);
	if (there === false) await setEntry(entry.id, { state: 'retrying', tries: entry.tries + 1, due: Date.now() });
	else await setEntry(entry.id, { state: 'unsure', fault: { code: 'outbox-unsure', detail: '' } });
	tell({ room: entry.room });
}

async function failed(entry: Entry, fault: Fault): Promise<void> {
	const now = (await readOutbox()).find((one) => one.id === entry.id);
	if (!now) return; // cancelled
	if (now.state === 'handed' && !isRefusal(fault.code)) {
		if (now.tries < tryLimit) return settle(now);
		await setEntry(entry.id, { state: 'unsure', fault: { code: 'outbox-unsure', detail: '' } });
	} else if (now.state !== 'handed' && networkFaults.includes(fault.code) && now.tries < tryLimit) {
		const backoff = 1000 * 2 ** (now.tries + 1) + drawDelay(0, 1);
		await setEntry(entry.id, { state: 'retrying', tries: now.tries + 1, due: Date.now() + backoff, fault });
	} else {
		if (fault.code.startsWith('room-'))
			await rememberAccess(roomIdOf(entry.room), { open: false, reason: fault.code, detail: fault.detail });
		await setEntry(entry.id, { state: 'failed', fault, sealed: null });
	}
	tell({ room: entry.room });
}

async function attempt(entry: Entry): Promise<void> {
	const controller = new AbortController();
	posting.set(entry.id, controller);
	try {
		if (!(await setEntry(entry.id, { state: 'sending', fault: null }))) return;
		tell({ room: entry.room });
		const access = await wayInto(entry.room, entry.hints);
		await postEntry(entry, access, entry.hints, controller.signal);
		await delivered(entry);
	} catch (thrown) {
		if (await vaultKey()) await failed(entry, errorRecord(asBauta(thrown)));
	} finally {
		posting.delete(entry.id);
	}
}

/** Posts what is due, one after the other, each over a channel of its own. */
export async function pump(): Promise<void> {
	if (pumping) return;
	pumping = true;
	try {
		for (;;) {
			if (!(await vaultKey())) return;
			const next = (await readOutbox()).filter((entry) => isQueued(entry) && entry.due <= Date.now()).sort((a, b) => a.due - b.due)[0];
			if (!next) return;
			await attempt(next);
		}
	} catch {
		// locked in between: it goes on at the next unlock
	} finally {
		pumping = false;
		void schedule();
	}
}

/** After a worker's death or an unlock: goes on from whatever state each entry was left in. */
export async function resume(): Promise<void> {
	if (!(await vaultKey()) || pumping) return;
	const left = (await readOutbox()).filter((entry) => !posting.has(entry.id));
	for (const entry of left) if (entry.state === 'sending') await setEntry(entry.id, { state: 'waiting' });
	for (const entry of left) if (entry.state === 'handed') void settle(entry).then(schedule);
	await schedule();
}
onUnlock(resume);

/** Takes an entry back and returns its text. Throws `too-late` when its bytes are on their way. */
export async function cancel(id: string): Promise<string> {
	const entry = (await readOutbox()).find((one) => one.id === id);
	if (!entry || entry.state === 'handed') throw new BautaError('too-late');
	posting.get(id)?.abort();
	const removed = await remove(id);
	if (!removed) throw new BautaError('too-late');
	tell({ room: entry.room });
	return removed.text;
}

/** The user asks for another try of a failed or unsure entry. */
export async function retry(id: string): Promise<void> {
	const entry = await setEntry(id, { state: 'waiting', due: Date.now(), tries: 0, fault: null });
	if (entry) tell({ room: entry.room });
	await schedule();
}

/** Entries as shown to the user; an empty list while locked. */
export async function waiting(): Promise<(Waiting & { room: RoomRef })[]> {
	if (!(await vaultKey())) return [];
	return (await readOutbox()).map(({ id, text, mode, state, due, fault, room }) => ({
		id,
		text,
		mode,
		state: state === 'handed' ? 'sending' : state,
		due,
		fault,
		room,
	}));
}
