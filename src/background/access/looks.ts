import { BautaError, faultOf } from '../../messages/errors.ts';
import type { RoomRef } from '../../messages/rooms.ts';
import type { Access, Hints } from '../../networks/network.ts';
import { drawTime, waitFor } from '../../platform/random-time.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { recentTimes } from '../../platform/steady-clock.ts';
import { isHasty } from '../state/care.ts';
import { SessionValue } from '../state/session-value.ts';
import { steadyNow } from '../state/steady-now.ts';
import { networkOf } from './adapters.ts';
import { onChannel } from './on-channel.ts';
import { noteProbe, rememberAccess } from './probe-results.ts';

/*
 * Looks are probes, and reads of a room's archive for labels. They and deliveries share the clean channel, and a site may name rooms on servers
 * of its own: by looks without end, and by servers that never answer, it could tell or choose when its user writes elsewhere (THREATS.md T1).
 */

const hourMs = 3600_000;
/** So many rooms may be looked at anew for one site. Renewals do not count: they have their own time. */
const [mostInHour, mostInDay] = [12, 36];
/** How long a look waits once deliveries are over, drawn anew each time, ms: it must not tell when they ended. */
const afterDeliveryMs = [1000, 20_000] as const;

/** How long it takes until a room is looked at for the first time, drawn anew each time, ms. */
const momentMs = [1000, 5000] as const;
const probeSeconds = 30;

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

/** A delivery begins: looks make way for it and are tried again later. The returned function is called once at its end. */
export function holdLooks(): () => void {
	deliveryCount++;
	for (const look of running) look.abort();
	return () => {
		deliveryCount--;
		if (deliveryCount > 0) return;
		for (const resume of waiters) resume();
		waiters = [];
	};
}

async function untilNoDelivery(): Promise<void> {
	while (deliveryCount > 0) {
		await new Promise<void>((resolve) => waiters.push(resolve));
		if (!(await isHasty())) await waitFor(drawTime(...afterDeliveryMs));
	}
}

/** As `onChannel`, for a look: it waits for deliveries, and one that begins meanwhile has it tried again after that. */
export function onLookChannel<T>(site: string, seconds: number, task: Parameters<typeof onChannel<T>>[2]): Promise<T> {
	const queue = queues.get(site) ?? new SerialQueue();
	queues.set(site, queue);
	return queue.run(async () => {
		for (;;) {
			await untilNoDelivery();
			const look = new AbortController();
			running.add(look);
			try {
				return await onChannel(site, seconds, task, look.signal);
			} catch (thrown) {
				if (!look.signal.aborted) throw thrown;
			} finally {
				running.delete(look);
			}
		}
	});
}

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
