import type { WaitingEntry } from '../../messages/composer.ts';
import { BautaError, faultOf } from '../../messages/errors.ts';
import type { Fault, RoomRef } from '../../messages/rooms.ts';
import type { Receipt } from '../../networks/network.ts';
import { browser } from '../../platform/api/browser.ts';
import { channelHasFrame } from '../../platform/channel-frame.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { roomIdOf } from '../access/adapters.ts';
import { rememberAccess } from '../access/probe-results.ts';
import { requireAccess } from '../access/room-access.ts';
import { isHasty } from '../state/care.ts';
import { isUnlocked, lockSignal, onUnlock } from '../state/lock.ts';
import { onWallClock, steadyNow } from '../state/steady-now.ts';
import { announceChange } from './changes.ts';
import { drawDelay, freshDelay, isFarAhead, lateAfter } from './delay.ts';
import type { Entry } from './entry.ts';
import { withOurCode } from './fault-code.ts';
import { mayHold, mayStart, noteEnd } from './quiet.ts';
import { noteSend } from './recent-sends.ts';
import { recordDelivery } from './record-delivery.ts';
import { applyEvent, readOutbox, somethingWaits } from './store.ts';
import { lateLimit, nextQueued, type OutboxEvent, transition } from './transitions.ts';
import { forgetWork, noteWork, workDone } from './work-progress.ts';

/*
 * The outbox at work: timers, deliveries, and what the user asks for. What becomes of an entry is decided in transitions.ts; here it
 * happens, and is written down.
 */

const alarm = 'outbox';
/** Deliveries under way, by entry. */
const deliveries = new Map<string, AbortController>();
/** Chromium has one clean channel at a time (networks/channel/open.ts). */
const mostDeliveries = channelHasFrame ? 1 : 3;
/** How long a message waits that is due while another one leaves, seconds. It does not follow that one's end, which would show in the room. */
const spreadSeconds = [2, 12] as const;
/** How long it waits where the account itself has just spoken. Three of these (`holdLimit`) are longer than a flight and the silence after it (quiet.ts). */
const holdSeconds = [8, 15] as const;
/** How long nothing is begun where the last beginning could not be written down, ms. */
let storagePause = 0;
/** Deliveries are begun one at a time. */
const starts = new SerialQueue();
let timer: ReturnType<typeof setTimeout> | undefined;

// what makes, sends and seeks a message is loaded when one leaves: most wake-ups have none
const forgetPosted = async (id: string): Promise<void> => (await import('../recognition/own-posts.ts')).forgetPosted(id);
/** A lock that comes meanwhile ends the question: it is asked anew where the vault is open again by then. */
async function resolveUnknownOutcome(entry: Entry): Promise<void> {
	const signal = lockSignal();
	await (await import('./unknown-outcome.ts')).resolveUnknownOutcome(entry);
	if (signal.aborted) await resumeOutbox();
}

/**
 * Sets the timers to the next entry that is due. An alarm stands behind the timer, as the worker may be asleep by then; Firefox keeps to its
 * time, Chromium takes no less than 30 seconds.
 */
export async function scheduleNext(): Promise<void> {
	clearTimeout(timer);
	if (!(await somethingWaits())) {
		await browser.alarms.clear(alarm);
		return;
	}
	// while locked nothing leaves
	const next = nextQueued(await readOutbox().catch((): Entry[] => []));
	const rest = next && (await restUntil(next));
	await browser.alarms.create(alarm, { ...(rest === undefined ? {} : { when: Date.now() + rest }), periodInMinutes: 0.5 });
	// what is due already follows the delivery that is under way
	if (rest !== undefined && (rest > 0 || deliveries.size === 0)) timer = setTimeout(() => void postDue(), Math.max(storagePause, rest));
}
/** How long an entry still waits, ms; 0 = it is due, or was given its time by a clock that was put back. */
const restUntil = async ({ due }: Entry): Promise<number> => ((await isFarAhead(due)) ? 0 : Math.max(0, due - (await steadyNow())));

/** Whether an alarm of this name is the one at which `postDue` is to be called. */
export const isOutboxAlarm = (name: string): boolean => name === alarm;

async function delayAfter({ code }: Fault): Promise<{ now: number; delay: number }> {
	const { now, delay } = await freshDelay();
	if (code === 'account-speaks') return { now, delay: drawDelay(...holdSeconds) };
	// also without delays nobody comes back on the beat
	return { now, delay: delay + drawDelay(0, 1) };
}

/** `isSeen`: when the room may have seen a guest come. */
async function recordFault({ id, room, hints: { origin: site } }: Entry, fault: Fault, isSeen = false): Promise<void> {
	const entry = (await readOutbox()).find((candidate) => candidate.id === id);
	if (!entry) return; // cancelled
	const event: OutboxEvent = { kind: 'fault', fault, isSeen, ...(await delayAfter(fault)) };
	const state = transition(entry, event)?.state;
	if (state === 'handed') return resolveUnknownOutcome(entry);
	if (state === 'failed') {
		if (/^(room|group)-/.test(fault.code))
			await rememberAccess(site, roomIdOf(room), { open: false, reason: fault.code, detail: fault.detail });
		// done before the entry counts as failed: a worker that died in between would not come back to it. The user hears of the refusal anyway
		await forgetPosted(id).catch(() => {});
	}
	await applyEvent(id, event);
	announceChange({ site, room });
}

/**
 * Begins a delivery. Resolves once the entry is written down as being sent; what comes of it is pushed to `posts`. Returns whether it was: a
 * storage that fails is asked again a second later, and not all the time.
 */
async function begin(entry: Entry, posts: Promise<void>[]): Promise<boolean> {
	const controller = new AbortController();
	const signal = AbortSignal.any([controller.signal, lockSignal()]);
	// first, so that nobody takes the entry for one that an earlier worker left behind
	deliveries.set(entry.id, controller);
	// the worker that took it in may have died before it could
	await noteSend(entry);
	const isStarted = await applyEvent(entry.id, { kind: 'started' }).catch(() => null);
	if (isStarted) posts.push(post(entry, signal));
	else deliveries.delete(entry.id);
	storagePause = isStarted ? 0 : 1000;
	return isStarted !== null;
}

/** `signal`: aborts when the entry is taken back, and at the lock. A guest who is in the room then leaves in its own time, without the text. */
async function post({ ...entry }: Entry, signal: AbortSignal): Promise<void> {
	let isSeen = false;
	const forgetText = () => Object.assign(entry, { text: '', sealed: null });
	if (signal.aborted) forgetText();
	signal.addEventListener('abort', forgetText);
	try {
		signal.throwIfAborted();
		announceChange({ site: entry.hints.origin, room: entry.room });
		const { deliver } = await import('./delivery.ts');
		const access = await requireAccess(entry.room, entry.hints, entry.access);
		let isRecorded = false;
		const onReceipt = async ({ relays }: Receipt) => {
			if (isRecorded) return;
			await recordDelivery(entry, { kind: 'delivered' }, relays);
			isRecorded = true;
		};
		const progress = (fraction: number) => noteWork(entry, fraction);
		const onEnter = () => {
			isSeen = true;
		};
		await onReceipt(await deliver(entry, access, entry.hints, signal, { progress, onReceipt, onEnter }));
	} catch (thrown) {
		if (!signal.aborted && (await isUnlocked())) await recordFault(entry, faultOf(withOurCode(thrown)), isSeen);
	} finally {
		if (mostDeliveries === 1) noteEnd();
		deliveries.delete(entry.id);
		forgetWork(entry.id);
	}
	// the vault may be open again by now
	if (signal.aborted) await resumeOutbox();
}

/** Begins the delivery of what is due and may leave now; what is due and may not is put off. Returns whether there may be more to begin. */
async function startNext(posts: Promise<void>[]): Promise<boolean> {
	if (!(await isUnlocked())) return false;
	const next = nextQueued(await readOutbox());
	const now = await steadyNow();
	if (next && (await isFarAhead(next.due))) return putOff(next, await freshDelay());
	if (!next || next.due > now) return false;
	const hasty = await isHasty();
	const isFull = deliveries.size >= (hasty ? 1 : mostDeliveries);
	// whoever wants no delays has the messages leave one after the other, in their order
	if (hasty && isFull) return false;
	if (mayHold(next)) {
		await recordFault(next, { code: 'account-speaks', detail: '' });
		return true;
	}
	const isLate = !hasty && (next.lates ?? 0) < lateLimit && now - next.due > (await lateAfter());
	if (isLate) return putOff(next, { ...(await freshDelay()), isLate });
	if (!hasty && (isFull || !mayStart())) return putOff(next, { now, delay: drawDelay(...spreadSeconds) });
	return begin(next, posts);
}

const putOff = async ({ id }: Entry, fresh: { now: number; delay: number; isLate?: boolean }): Promise<boolean> =>
	(await applyEvent(id, { kind: 'put-off', ...fresh })) !== null;

/**
 * Posts what is due, each message over a channel of its own. Several may be on their way at a time, where the browser can keep them apart:
 * a guest who always comes when the last one has left would be known by it (THREATS.md T1).
 */
export async function postDue(): Promise<void> {
	try {
		for (;;) {
			const posts: Promise<void>[] = [];
			await starts.run(async () => {
				while (await startNext(posts));
			});
			if (posts.length === 0) break;
			void scheduleNext();
			await Promise.all(posts);
		}
	} catch {
		// the vault was locked in between: posting goes on at the next unlock
	} finally {
		void scheduleNext();
	}
}

/** After a worker's death: goes on from whatever state each entry was left in. */
export async function resumeOutbox(): Promise<void> {
	if (!(await isUnlocked())) return;
	const abandoned = (await readOutbox()).filter(({ id }) => !deliveries.has(id));
	for (const { id, state } of abandoned) if (state === 'sending') await applyEvent(id, { kind: 'worker-died', ...(await freshDelay()) });
	// locked meanwhile: asked again after the unlock
	for (const entry of abandoned) if (entry.state === 'handed') void resolveUnknownOutcome(entry).then(scheduleNext, () => {});
	await scheduleNext();
}

/** After an unlock the same; and what has waited for it is spread anew, so that it does not leave in one row. */
onUnlock(async () => {
	const queued = (await readOutbox()).filter((entry) => nextQueued([entry]));
	for (const entry of queued) if ((await restUntil(entry)) === 0) await putOff(entry, await freshDelay());
	await resumeOutbox();
});

/** Takes an entry back and returns its text. Throws `too-late` when its bytes are on their way. */
export async function cancelEntry(id: string): Promise<string> {
	const outcome = await applyEvent(id, { kind: 'cancelled' });
	if (!outcome) throw new BautaError('too-late');
	const { state, room, text, hints } = outcome.before;
	deliveries.get(id)?.abort();
	// the message is not in the room, so the own list forgets it; one whose outcome is unknown may be there, and the list keeps it
	if (state !== 'unsure') await forgetPosted(id).catch(() => {});
	announceChange({ site: hints.origin, room });
	return text;
}

/**
 * The user asks for another try of a failed or unsure entry. Any other is left alone.
 * @param withoutReply as a message that answers none: the room did not show the one that it answers
 */
export async function retryEntry(id: string, withoutReply = false): Promise<void> {
	const retried = await applyEvent(id, { kind: 'retried', ...(await freshDelay()), withoutReply });
	if (retried) {
		const { room, hints } = retried.before;
		announceChange({ site: hints.origin, room });
	}
	await scheduleNext();
}

/** Entries as shown to the user; an empty list while locked. */
export async function listWaiting(): Promise<(WaitingEntry & { room: RoomRef; site: string })[]> {
	if (!(await isUnlocked())) return [];
	const wall = await onWallClock(0);
	return (await readOutbox()).map(({ id, text, mode, state, due, fault, room, hints }) => {
		const workFraction = workDone(id);
		return {
			id,
			text,
			mode,
			state: state === 'handed' ? 'sending' : state,
			due: due === 0 ? 0 : due + wall,
			fault,
			room,
			site: hints.origin,
			...(workFraction === undefined ? {} : { workFraction }),
		};
	});
}
