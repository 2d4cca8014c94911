import { BautaError, faultOf } from '../../messages/errors.ts';
import type { RoomRef } from '../../messages/rooms.ts';
import type { Channel } from '../../networks/channel/channel.ts';
import type { Access, Hints } from '../../networks/network.ts';
import { drawTime, waitFor } from '../../platform/random-time.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { recentTimes } from '../../platform/steady-clock.ts';
import { unlessAborted, withTimeLimit } from '../../platform/time-limit.ts';
import { isHasty } from '../state/care.ts';
import { SessionValue } from '../state/session-value.ts';
import { steadyNow } from '../state/steady-now.ts';
import { networkOf } from './adapters.ts';
import { onChannel } from './on-channel.ts';
import { noteProbe, rememberAccess } from './probe-results.ts';

/*
 * Looks are probes, and reads of a room's archive for labels. They and deliveries share the clean channel, and a site may name rooms on servers
 * of its own: by looks without end, and by servers that never answer, it could tell or choose when its user writes elsewhere (THREATS.md T1).
 * Visits to the user's own notifier wait for deliveries as looks do; but they are not cut off (THREATS.md T7).
 */

const hourMs = 3600_000;
/** So many rooms may be looked at anew for one site. Renewals do not count: they have their own time. */
const [mostInHour, mostInDay] = [12, 36];
/** How long a look waits once deliveries are over, and a delivery after a visit, drawn anew each time, ms: it must not tell when they ended. */
const afterMs = [1000, 20_000] as const;

/** How long it takes until a room is looked at for the first time, drawn anew each time, ms. */
const momentMs = [1000, 5000] as const;
const probeSeconds = 30;
/** for a visit, with the wait for a channel that is in use */
const turnSeconds = 60;

/** When each site had rooms looked at anew, by `steadyNow`. */
const lookTimes = new SessionValue<Record<string, number[]>>('looks', {});

/** Takes one look out of a site's budget. Returns whether there was one left; where the user wants no delays, no look is counted. */
export async function takeLook(site: string): Promise<boolean> {
	if (await isHasty()) return true;
	const now = await steadyNow();
	const isTaken = (all: Record<string, number[]>): boolean => {
		const times = recentTimes(all[site] ?? [], 24 * hourMs, now);
		all[site] = times;
		if (times.length >= mostInDay || recentTimes(times, hourMs, now).length >= mostInHour) return false;
		times.push(now);
		return true;
	};
	return lookTimes.update(isTaken);
}

/** Looks of one site follow one another, so that one at most stands in the way. */
const queues = new Map<string, SerialQueue>();
const running = new Set<AbortController>();
let deliveryCount = 0;
let waiters: (() => void)[] = [];

/** Visits that have begun to speak. Each settles, with nothing, at its end. */
const visits = new Set<Promise<void>>();

/** Where a visit was waited for, what comes next comes a random moment after it: the notifier sees its end. */
async function untilNoVisit(signal?: AbortSignal): Promise<void> {
	const cancelling = signal ?? new AbortController().signal;
	while (visits.size > 0) {
		await unlessAborted(Promise.all(visits), cancelling);
		if (!(await isHasty())) await waitFor(drawTime(...afterMs), cancelling);
	}
}

function endDelivery(): void {
	deliveryCount--;
	if (deliveryCount > 0) return;
	for (const resume of waiters) resume();
	waiters = [];
}

/**
 * A delivery begins: looks make way for it and are tried again later, and no visit begins. It waits for one that speaks already. The returned
 * function is called once at its end. Throws `cancelled` when the signal aborts meanwhile.
 */
export async function holdLooks(signal?: AbortSignal): Promise<() => void> {
	deliveryCount++;
	for (const look of running) look.abort();
	try {
		await untilNoVisit(signal);
	} catch (thrown) {
		endDelivery();
		throw thrown;
	}
	return endDelivery;
}

async function untilNoDelivery(): Promise<void> {
	while (deliveryCount > 0) {
		await new Promise<void>((resolve) => waiters.push(resolve));
		if (!(await isHasty())) await waitFor(drawTime(...afterMs));
	}
}

type Task<T> = Parameters<typeof onChannel<T>>[2];

function whenFree<T>(site: string, use: (look: AbortController) => Promise<T>): Promise<T> {
	const queue = queues.get(site) ?? new SerialQueue();
	queues.set(site, queue);
	return queue.run(async () => {
		for (;;) {
			await untilNoDelivery();
			const look = new AbortController();
			running.add(look);
			try {
				return await use(look);
			} catch (thrown) {
				if (!look.signal.aborted) throw thrown;
			} finally {
				running.delete(look);
			}
		}
	});
}

/** As `onChannel`, for a look: it waits for deliveries, and one that begins meanwhile has it tried again after that. */
export const onLookChannel = <T>(site: string, seconds: number, task: Task<T>): Promise<T> =>
	whenFree(site, ({ signal }) => onChannel(site, seconds, task, signal));

/**
 * The same for a visit to the user's own notifier, with its secret: once it speaks it is never cut off, as the notifier, which may answer slowly,
 * would see when a message leaves. So it is over within `ms`, and a delivery waits for it.
 */
export const onVisitChannel = <T>(origin: string, ms: number, task: (channel: Channel, signal: AbortSignal) => Promise<T>): Promise<T> =>
	whenFree(origin, (look) => {
		const speak: Task<T> = (channel, signal) => {
			signal.throwIfAborted();
			running.delete(look);
			const visit = withTimeLimit({ ms, signal }, (until) => task(channel, until));
			const end = () => void visits.delete(over);
			const over: Promise<void> = visit.then(end, end);
			visits.add(over);
			return visit;
		};
		return onChannel(origin, turnSeconds, speak, look.signal, true);
	});

/** Asks a room's server for access, and remembers what it says. */
export async function probe(id: string, room: RoomRef, hints: Hints): Promise<Access> {
	let access: Access;
	try {
		const { transport } = await networkOf(room.network).traffic();
		access = await onLookChannel(hints.origin, probeSeconds, (channel, signal) => transport.probe(id, hints, channel, signal));
	} catch (thrown) {
		const { code, detail } = faultOf(thrown);
		access = { open: false, reason: code, detail };
	}
	await rememberAccess(hints.origin, id, access, hints);
	return access;
}

/** The same after a random moment. Throws `timed-out` where the site has had too many rooms looked at. */
export async function probeSoon(id: string, room: RoomRef, hints: Hints): Promise<Access> {
	if (!(await takeLook(hints.origin))) throw new BautaError('timed-out', 'looks');
	await noteProbe(hints.origin, id);
	if (!(await isHasty())) await waitFor(drawTime(...momentMs));
	return probe(id, room, hints);
}
