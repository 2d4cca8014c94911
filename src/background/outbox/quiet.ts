import { BautaError } from '../../messages/errors.ts';
import { drawTime, waitFor } from '../../platform/random-time.ts';

/*
 * What has to be over before a message leaves: the account's own message in that room is on its way or was there a moment ago (THREATS.md T1),
 * or another anonymous message of the same author has just left (T3). Nothing of this outlives the worker: it is over within seconds.
 */

/** How long a message of the account counts as on its way where nobody says that it arrived, ms. */
const flightMs = 15_000;
/** How long nothing leaves after it, drawn anew each time, ms. */
const silenceMs = [2000, 8000] as const;
/** How far apart two messages of one author leave, in whatever rooms, drawn anew each time, ms. */
const spacingMs = [3000, 10_000] as const;
/** How long after a delivery's end the next one begins at the earliest where there is one channel, drawn anew each time, ms. */
const afterEndMs = [2000, 12_000] as const;
/** A guest waits in the room no longer than this, ms: servers end a session that is silent for half a minute. */
const patienceMs = 12_000;
const mostRooms = 100;
const mostMessages = 20;

/** By site and room, and in it by the message: until when nothing leaves, on the clock of `performance`, which nobody sets. */
const speech = new Map<string, Map<string, number>>();
const keyOf = (site: string, room: string): string => `${site} ${room}`;

function trim(map: Map<string, unknown>, most: number): void {
	for (const key of [...map.keys()].slice(0, Math.max(0, map.size - most))) map.delete(key);
}

/** A page said that its account spoke in a room, under this id. `isBack`: the server has shown or confirmed that message. */
export function noteAccountSpeech(site: string, room: string, id: string, isBack: boolean): void {
	const key = keyOf(site, room);
	const messages = speech.get(key) ?? new Map<string, number>();
	if (isBack && !messages.has(id)) return;
	messages.delete(id);
	messages.set(id, performance.now() + (isBack ? 0 : flightMs) + drawTime(...silenceMs));
	trim(messages, mostMessages);
	speech.delete(key);
	speech.set(key, messages);
	trim(speech, mostRooms);
}

/** For how many ms the account's own messages keep others from leaving in this room; 0: for none. `room`: canonical id. */
export function accountSilence(site: string, room: string): number {
	const until = Math.max(0, ...(speech.get(keyOf(site, room))?.values() ?? []));
	return Math.max(0, until - performance.now());
}

/** When the next message may leave, and when the next delivery may begin, on the clock of `performance`. */
let nextLeave = 0;
let nextStart = 0;

/** Whether a delivery may begin now. If so, the next one has to wait a few seconds. */
export function mayStart(): boolean {
	if (performance.now() < nextStart) return false;
	nextStart = performance.now() + drawTime(...spacingMs);
	return true;
}

/** A delivery has ended and freed the only channel: the next one does not follow at once, which would show that it waited for it. */
export function noteEnd(): void {
	nextStart = Math.max(nextStart, performance.now() + drawTime(...afterEndMs));
}

/**
 * Waits until a message may leave in this room; then the next one has to wait a few seconds. `isHasty`: the user wants no delays, so that only
 * the account's own messages count. Throws `account-speaks` where the account goes on speaking, and `cancelled`.
 */
export async function untilQuiet(site: string, room: string, isHasty: boolean, signal: AbortSignal): Promise<void> {
	const end = performance.now() + patienceMs;
	for (;;) {
		const rest = Math.max(accountSilence(site, room), isHasty ? 0 : nextLeave - performance.now());
		if (rest <= 0) break;
		if (performance.now() + rest > end) throw new BautaError('account-speaks');
		await waitFor(rest, signal);
	}
	nextLeave = performance.now() + drawTime(...spacingMs);
}
