import { drawTime } from '../../platform/random-time.ts';
import { roomIdOf } from '../access/adapters.ts';
import { siteRoom } from '../state/site-room.ts';
import type { Entry } from './entry.ts';
import { holdLimit } from './transitions.ts';

/*
 * What has to be over before a delivery begins: the account's own message in that room is on its way or was there a moment ago (THREATS.md T1),
 * or another anonymous message of the same author has just left (T3). Nothing of this outlives the worker: it is over within seconds.
 */

/** How long a message of the account counts as on its way where nobody says that it arrived, ms. */
const flightMs = 15_000;
/** How long nothing leaves after it, drawn anew each time, ms. */
const silenceMs = [2000, 8000] as const;
/** How far apart two deliveries begin, in whatever rooms, drawn anew each time, ms. */
const spacingMs = [3000, 10_000] as const;
/** How long after a delivery's end the next one begins at the earliest where there is one channel, drawn anew each time, ms. */
const afterEndMs = [2000, 12_000] as const;
const mostRooms = 100;
const mostMessages = 20;

interface Speech {
	/** when it is over, on the clock of `performance`, which nobody sets */
	end: number;
	/** the server has shown it: that counts once, as a page may say so again and again */
	isBack: boolean;
}
/** By `siteRoom`, and in it by the message. */
const speech = new Map<string, Map<string, Speech>>();

function trim(map: Map<string, unknown>, most: number): void {
	for (const key of [...map.keys()].slice(0, Math.max(0, map.size - most))) map.delete(key);
}

/** A page said that its account spoke in a room, under this id. `isBack`: the server has shown or confirmed that message. */
export function noteAccountSpeech(site: string, room: string, id: string, isBack: boolean): void {
	const key = siteRoom(site, room);
	const messages = speech.get(key) ?? new Map<string, Speech>();
	const earlier = messages.get(id);
	if (isBack ? !earlier || earlier.isBack : earlier) return;
	messages.delete(id);
	messages.set(id, { end: performance.now() + (isBack ? 0 : flightMs) + drawTime(...silenceMs), isBack });
	trim(messages, mostMessages);
	speech.delete(key);
	speech.set(key, messages);
	trim(speech, mostRooms);
}

/** For how many ms the account's own messages keep others from leaving in this room; 0: for none. `room`: canonical id. */
export function accountSilence(site: string, room: string): number {
	const ends = [...(speech.get(siteRoom(site, room))?.values() ?? [])].map(({ end }) => end);
	return Math.max(0, ...ends.map((end) => end - performance.now()));
}

/**
 * Whether the account's own messages keep this one from leaving now. After `holdLimit` times they do no more: what a page says must not decide
 * when its user's messages leave.
 */
export const mayHold = ({ hints, room, holds = 0 }: Pick<Entry, 'hints' | 'room' | 'holds'>): boolean =>
	holds < holdLimit && accountSilence(hints.origin, roomIdOf(room)) > 0;

/** When the next delivery may begin, on the clock of `performance`. */
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
