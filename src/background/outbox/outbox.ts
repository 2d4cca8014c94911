import type { WaitingEntry } from '../../messages/composer.ts';
import { BautaError, errorRecord } from '../../messages/errors.ts';
import type { Fault, RoomRef } from '../../messages/rooms.ts';
import type { Receipt } from '../../networks/network.ts';
import { browser } from '../../platform/api/browser.ts';
import { roomIdOf } from '../access/adapters.ts';
import { forgetPassing, rememberAccess } from '../access/probe-results.ts';
import { requireAccess } from '../access/room-access.ts';
import { forgetPosted } from '../recognition/own-posts.ts';
import { onUnlock, vaultKey } from '../state/lock.ts';
import { announceChange } from './changes.ts';
import { drawDelay } from './delay.ts';
import { deliver } from './delivery.ts';
import type { Entry } from './entry.ts';
import { withOurCode } from './fault-code.ts';
import { recordDelivery } from './record-delivery.ts';
import { applyEvent, readOutbox, somethingWaits } from './store.ts';
import { nextQueued, type OutboxEvent, transition } from './transitions.ts';
import { resolveUnknownOutcome } from './unknown-outcome.ts';
import { forgetWork, noteWork, workDone } from './work-progress.ts';

/*
 * The outbox at work: timers, deliveries, and what the user asks for. What becomes of an entry is decided in transitions.ts; here it
 * happens, and is written down.
 */

const alarm = 'outbox';
/** Deliveries under way, by entry. */
const deliveries = new Map<string, AbortController>();
let isPosting = false;
let timer: ReturnType<typeof setTimeout> | undefined;

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
	const next = (await vaultKey()) ? nextQueued(await readOutbox()) : undefined;
	const now = Date.now();
	const when = next && Math.max(now, next.due);
	await browser.alarms.create(alarm, { ...(when === undefined ? {} : { when }), periodInMinutes: 0.5 });
	if (when !== undefined) timer = setTimeout(() => void postDue(), when - now);
}
/** Whether an alarm of this name is the one at which `postDue` is to be called. */
export const isOutboxAlarm = (name: string): boolean => name === alarm;

async function recordFault({ id, room, hints: { origin: site } }: Entry, fault: Fault): Promise<void> {
	const entry = (await readOutbox()).find((candidate) => candidate.id === id);
	if (!entry) return; // cancelled
	const event: OutboxEvent = { kind: 'fault', fault, now: Date.now(), jitter: drawDelay(0, 1) };
	const state = transition(entry, event)?.state;
	if (state === 'handed') return resolveUnknownOutcome(entry);
	if (state === 'failed') {
		if (fault.code.startsWith('room-'))
			await rememberAccess(site, roomIdOf(room), { open: false, reason: fault.code, detail: fault.detail });
		// done before the entry counts as failed: a worker that died in between would not come back to it. The user hears of the refusal anyway
		await forgetPosted(id).catch(() => {});
	}
	await applyEvent(id, event);
	announceChange({ site, room });
}

async function post(entry: Entry): Promise<void> {
	const controller = new AbortController();
	deliveries.set(entry.id, controller);
	try {
		const started = await applyEvent(entry.id, { kind: 'started' });
		if (!started) return;
		announceChange({ site: entry.hints.origin, room: entry.room });
		const access = await requireAccess(entry.room, entry.hints);
		let isRecorded = false;
		const onReceipt = async ({ relays }: Receipt) => {
			if (isRecorded) return;
			await recordDelivery(entry, { kind: 'delivered' }, relays);
			isRecorded = true;
		};
		const progress = (fraction: number) => noteWork(entry, fraction);
		await onReceipt(await deliver(entry, access, entry.hints, controller.signal, { progress, onReceipt }));
	} catch (thrown) {
		if (await vaultKey()) await recordFault(entry, errorRecord(withOurCode(thrown)));
	} finally {
		deliveries.delete(entry.id);
		forgetWork(entry.id);
	}
}

/** Posts what is due, one after the other, each over a channel of its own. Does nothing where that is under way. */
export async function postDue(): Promise<void> {
	if (isPosting) return;
	isPosting = true;
	try {
		for (;;) {
			if (!(await vaultKey())) return;
			const next = nextQueued(await readOutbox());
			if (!next || next.due > Date.now()) return;
			await post(next);
		}
	} catch {
		// the vault was locked in between: posting goes on at the next unlock
	} finally {
		isPosting = false;
		void scheduleNext();
	}
}

/** After a worker's death or an unlock: goes on from whatever state each entry was left in. */
export async function resumeOutbox(): Promise<void> {
	if (!(await vaultKey()) || isPosting) return;
	const abandoned = (await readOutbox()).filter(({ id }) => !deliveries.has(id));
	for (const { id, state } of abandoned) if (state === 'sending') await applyEvent(id, { kind: 'worker-died' });
	// locked meanwhile: asked again after the unlock
	for (const entry of abandoned) if (entry.state === 'handed') void resolveUnknownOutcome(entry).then(scheduleNext, () => {});
	await scheduleNext();
}
onUnlock(resumeOutbox);

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
	const retried = await applyEvent(id, { kind: 'retried', now: Date.now(), withoutReply });
	if (retried) {
		const { room, hints } = retried.before;
		await forgetPassing(hints.origin, [room]);
		announceChange({ site: hints.origin, room });
	}
	await scheduleNext();
}

/** Entries as shown to the user; an empty list while locked. */
export async function listWaiting(): Promise<(WaitingEntry & { room: RoomRef; site: string })[]> {
	if (!(await vaultKey())) return [];
	return (await readOutbox()).map(({ id, text, mode, state, due, fault, room, hints }) => {
		const workFraction = workDone(id);
		return {
			id,
			text,
			mode,
			state: state === 'handed' ? 'sending' : state,
			due,
			fault,
			room,
			site: hints.origin,
			...(workFraction === undefined ? {} : { workFraction }),
		};
	});
}
