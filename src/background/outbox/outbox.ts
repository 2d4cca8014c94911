import browser from 'webextension-polyfill';
import type { Waiting } from '../../messages/composer.ts';
import { BautaError, type ErrorCode, errorCodes, errorRecord } from '../../messages/errors.ts';
import type { Fault, Mode, RoomRef } from '../../messages/rooms.ts';
import type { Hints, Receipt } from '../../networks/network.ts';
import { canonicalText } from '../../protocol/text.ts';
import { roomIdOf } from '../access/adapters.ts';
import { forgetPassing, remember as rememberAccess, wayInto } from '../access/room-access.ts';
import { forgetPosted } from '../recognition/own-posts.ts';
import { readSettings } from '../state/document.ts';
import { onUnlock, vaultKey } from '../state/lock.ts';
import { SessionValue } from '../state/session-value.ts';
import { isInArchive, postEntry } from './delivery.ts';
import { checkLimits, countPost } from './rate-limits.ts';
import { changeOutbox, type Entry, readOutbox, somethingWaits } from './store.ts';

const alarm = 'outbox';
/** The server or Bauta's own gate said no: the bytes are not in the room. Any other fault after they were handed over leaves that open. */
const isRefusal = (code: ErrorCode): boolean =>
	/^(room-|text-|rate-|relay-(?!lying)|work-)/.test(code) ||
	['nick-conflict', 'not-in-room', 'server-refused', 'policy-violation', 'auth-required', 'gate-refused'].includes(code);
/** Retried by itself, and only while nothing can have left the device. */
const networkFaults: ErrorCode[] = ['server-down', 'timed-out', 'tls-failed', 'bad-answer'];
const tryLimit = 5;
/** Bytes in flight when a worker died need a moment to show in the archive. */
const settleSeconds = 5;

type Change = { room: RoomRef; delivered?: string; places?: { reached: number; all: number } };
const listeners: ((change: Change) => void)[] = [];
/** Called whenever the outbox of a room changed; `delivered` is the id of an entry that the room has shown. */
export function onOutboxChange(listener: (change: Change) => void): void {
	listeners.push(listener);
}
function tell(change: Change): void {
	for (const listener of listeners) listener(change);
}

const posting = new Map<string, AbortController>();
/** proof of work under way: how much of what it takes on average is done, and when that was shown last (unix ms) */
const working = new Map<string, { fraction: number; shown: number }>();
const showEvery = 500;

function showWork(entry: Entry, fraction: number): void {
	const shown = working.get(entry.id)?.shown ?? 0;
	const due = Date.now() - shown >= showEvery;
	working.set(entry.id, { fraction, shown: due ? Date.now() : shown });
	if (due) tell({ room: entry.room });
}
/** entries whose fate is being asked after */
const settling = new Set<string>();
let pumping = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Uniform between the two, from the system's randomness: in ms. */
function drawDelay(minSeconds: number, maxSeconds: number): number {
	const [word] = crypto.getRandomValues(new Uint32Array(1));
	return 1000 * (minSeconds + ((word ?? 0) / 2 ** 32) * (maxSeconds - minSeconds));
}

function asBauta(thrown: unknown): unknown {
	if (thrown instanceof BautaError) return thrown;
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
 * `order` names the user's wish to send, by which `entryOf` finds the entry again.
 * Throws `vault-locked`, the text codes, `mode-unavailable`, `rate-minute`, `rate-day`, and every reason for a closed room.
 */
export async function enqueue(room: RoomRef, hints: Hints, text: string, replyTo: string, mode: Mode, order: string): Promise<string> {
	const canonical = checkedText(text);
	const access = await wayInto(room, hints);
	if (!access.modes.includes(mode)) throw new BautaError('mode-unavailable', mode);
	if ([...canonical].length > access.maxPoints) throw new BautaError('text-long', String(access.maxPoints));
	const { delayMin, delayMax } = await readSettings();
	const entry: Entry = {
		id: crypto.randomUUID(),
		order,
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
	const id = await changeOutbox((entries) => {
		const same = entries.find((one) => one.order === order);
		if (!same) entries.push(entry);
		return same?.id ?? entry.id;
	});
	// before it can be delivered and gone
	await orders.update((all) => {
		all.push({ order, id });
		all.splice(0, all.length - ordersLimit);
	});
	tell({ room });
	void schedule();
	return id;
}

/** What the last sends became, in memory: an entry that was delivered meanwhile is in the outbox no more. */
const orders = new SessionValue<{ order: string; id: string }[]>('orders', []);
const ordersLimit = 100;

/** The entry that was made for this order, also while locked: who asks again, as the answer was lost, must not send twice. */
export async function entryOf(order: string): Promise<string | undefined> {
	const known = (await orders.get()).find((one) => one.order === order);
	if (known || !(await vaultKey())) return known?.id;
	return (await readOutbox()).find((one) => one.order === order)?.id;
}

const queued: Entry['state'][] = ['waiting', 'retrying'];
const isQueued = (entry: Entry): boolean => queued.includes(entry.state);

/**
 * Sets the timers to the next due entry. An alarm stands behind them, as the worker may be asleep by then; Firefox keeps to its time,
 * Chromium takes no less than 30 seconds.
 */
export async function schedule(): Promise<void> {
	clearTimeout(timer);
	if (!(await somethingWaits())) {
		await browser.alarms.clear(alarm);
		return;
	}
	const due = (await vaultKey()) ? (await readOutbox()).filter(isQueued).map((entry) => entry.due) : [];
	const now = Date.now();
	const next = due.length > 0 ? Math.max(now, Math.min(...due)) : null;
	await browser.alarms.create(alarm, { ...(next === null ? {} : { when: next }), periodInMinutes: 0.5 });
	if (next !== null) timer = setTimeout(() => void pump(), next - now);
}
export const isOutboxAlarm = (name: string): boolean => name === alarm;

/** Changes an entry that is still in one of these states. What became of it meanwhile stands: then undefined. */
async function setEntry(id: string, states: Entry['state'][], change: Partial<Entry>): Promise<Entry | undefined> {
	return changeOutbox((entries) => {
		const entry = entries.find((one) => one.id === id && states.includes(one.state));
		return entry && structuredClone(Object.assign(entry, change));
	});
}

async function remove(id: string): Promise<Entry | undefined> {
	return changeOutbox((entries) => {
		const index = entries.findIndex((one) => one.id === id);
		return index < 0 ? undefined : entries.splice(index, 1)[0];
	});
}

async function delivered(entry: Entry, places?: Receipt['places']): Promise<void> {
	await countPost(roomIdOf(entry.room));
	await remove(entry.id);
	const count = places && { reached: places.reached.length, all: places.reached.length + places.missed.length };
	tell({ room: entry.room, delivered: entry.id, ...(count ? { places: count } : {}) });
}

/** It is not known whether the bytes left: the archive is asked, and if that tells nothing, the user. */
async function settle(entry: Entry): Promise<void> {
	// two that ask at once would each send it again
	if (settling.has(entry.id)) return;
	settling.add(entry.id);
	try {
		await askArchive(entry);
	} finally {
		settling.delete(entry.id);
	}
}

async function askArchive(entry: Entry): Promise<void> {
	let there: boolean | null = null;
	try {
		const access = await wayInto(entry.room, entry.hints);
		await new Promise((resolve) => setTimeout(resolve, settleSeconds * 1000));
		there = await isInArchive(entry, access, entry.hints);
	} catch {
		// closed or unreachable: nobody can tell
	}
	if (there) return delivered(entry);
	if (there === false) await setEntry(entry.id, ['handed'], { state: 'retrying', tries: entry.tries + 1, due: Date.now() });
	else await setEntry(entry.id, ['handed'], { state: 'unsure', fault: { code: 'outbox-unsure', detail: '' } });
	tell({ room: entry.room });
}

async function failed(entry: Entry, fault: Fault): Promise<void> {
	const now = (await readOutbox()).find((one) => one.id === entry.id);
	if (!now) return; // cancelled
	if (now.state === 'handed' && !isRefusal(fault.code)) {
		if (now.tries < tryLimit) return settle(now);
		await setEntry(entry.id, ['handed'], { state: 'unsure', fault: { code: 'outbox-unsure', detail: '' } });
	} else if (now.state !== 'handed' && networkFaults.includes(fault.code) && now.tries < tryLimit) {
		const backoff = 1000 * 2 ** (now.tries + 1) + drawDelay(0, 1);
		await setEntry(entry.id, [now.state], { state: 'retrying', tries: now.tries + 1, due: Date.now() + backoff, fault });
	} else {
		if (fault.code.startsWith('room-'))
			await rememberAccess(roomIdOf(entry.room), { open: false, reason: fault.code, detail: fault.detail });
		// before the entry says so: a worker that died in between would not come back to it. The user hears of the refusal in any case
		await forgetPosted(entry.id).catch(() => {});
		await setEntry(entry.id, [now.state], { state: 'failed', fault, sealed: null });
	}
	tell({ room: entry.room });
}

async function attempt(entry: Entry): Promise<void> {
	const controller = new AbortController();
	posting.set(entry.id, controller);
	try {
		if (!(await setEntry(entry.id, queued, { state: 'sending', fault: null }))) return;
		tell({ room: entry.room });
		const access = await wayInto(entry.room, entry.hints);
		const receipt = await postEntry(entry, access, entry.hints, controller.signal, (fraction) => showWork(entry, fraction));
		await delivered(entry, receipt.places);
	} catch (thrown) {
		if (await vaultKey()) await failed(entry, errorRecord(asBauta(thrown)));
	} finally {
		posting.delete(entry.id);
		working.delete(entry.id);
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
	for (const entry of left) if (entry.state === 'sending') await setEntry(entry.id, ['sending'], { state: 'waiting' });
	// locked meanwhile: asked again after the unlock
	for (const entry of left) if (entry.state === 'handed') void settle(entry).then(schedule, () => {});
	await schedule();
}
onUnlock(resume);

/** Takes an entry back and returns its text. Throws `too-late` when its bytes are on their way. */
export async function cancel(id: string): Promise<string> {
	const removed = await changeOutbox((entries) => {
		const at = entries.findIndex((one) => one.id === id && one.state !== 'handed');
		return at < 0 ? undefined : entries.splice(at, 1)[0];
	});
	if (!removed) throw new BautaError('too-late');
	posting.get(id)?.abort();
	// it is not in the room; of one whose fate is unknown the list keeps what may be there
	if (removed.state !== 'unsure') await forgetPosted(id).catch(() => {});
	tell({ room: removed.room });
	return removed.text;
}

/** The user asks for another try of a failed or unsure entry. */
export async function retry(id: string): Promise<void> {
	const entry = await setEntry(id, ['failed', 'unsure'], { state: 'waiting', due: Date.now(), tries: 0, fault: null });
	if (entry) {
		await forgetPassing([entry.room]);
		tell({ room: entry.room });
	}
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
		...(working.has(id) ? { work: working.get(id)?.fraction ?? 0 } : {}),
	}));
}
