import type { RoomRef } from '../../messages/rooms.ts';
import { browser } from '../../platform/api/browser.ts';
import { drawTime } from '../../platform/random-time.ts';
import { roomIdOf } from '../access/adapters.ts';
import { putOffRenewal, renewalOf } from '../access/probe-results.ts';
import { renewAccess } from '../access/room-access.ts';
import { renewArchive } from '../recognition/labels.ts';
import { siteRoom } from '../state/site-room.ts';
import { steadyNow } from '../state/steady-now.ts';
import { allTabs } from '../state/tabs.ts';
import { roomChanged } from './room-state.ts';

/*
 * What is known of a room, and what its archive holds, is renewed at random times while the room is open in a tab: never because somebody
 * turns the switch, writes or sends, which the look would tell the server (THREATS.md N10).
 */

const minute = 60_000;
/** A room that was opened when its renewal was long due is looked at within so many ms from then on. */
const soonMs = [5 * minute, 180 * minute] as const;
/** What is due for longer than this, in ms, waited for the computer to wake up: who opens a computer may be about to write. */
const lateMs = 2 * minute;

interface OpenRoom {
	tab: number;
	site: string;
	room: RoomRef;
	/** when it is to be looked at, by `steadyNow` */
	due: number;
}

/** Every room that is open in a tab and was looked at before; each of a site once. */
async function openRooms(): Promise<OpenRoom[]> {
	const rooms = new Map<string, OpenRoom>();
	for (const [tab, { origin: site, rooms: open }] of await allTabs())
		for (const room of open) {
			const due = await renewalOf(site, roomIdOf(room));
			if (due !== undefined) rooms.set(siteRoom(site, roomIdOf(room)), { tab, site, room, due });
		}
	return [...rooms.values()];
}

/** Has a room looked at later, and returns when, by `steadyNow`. */
async function putOff({ site, room }: OpenRoom, [least, most]: readonly [number, number]): Promise<number> {
	const due = (await steadyNow()) + drawTime(least, most);
	await putOffRenewal(site, roomIdOf(room), due);
	return due;
}

/** Sets the alarm of this name to the next renewal of a room that is open. */
export async function scheduleRenewals(alarm: string): Promise<void> {
	const times: number[] = [];
	const now = await steadyNow();
	for (const room of await openRooms()) times.push(room.due < now - lateMs ? await putOff(room, soonMs) : room.due);
	if (times.length === 0) await browser.alarms.clear(alarm);
	else await browser.alarms.create(alarm, { when: Date.now() + Math.max(Math.min(...times) - now, 1000) });
}

async function renew({ tab, room }: OpenRoom): Promise<void> {
	await renewAccess(tab, room);
	await renewArchive(tab, room);
	await roomChanged(tab, room);
}

/**
 * Looks at the open rooms whose time has come, and sets the alarm of this name anew. Whether the vault is open makes no difference: a server
 * would see it (THREATS.md P9).
 */
export async function renewDue(alarm: string): Promise<void> {
	for (const room of await openRooms()) {
		const now = await steadyNow();
		if (room.due > now + 1000) continue;
		if (room.due < now - lateMs) await putOff(room, soonMs);
		// a page that is gone meanwhile is looked at no more
		else await renew(room).catch(() => putOff(room, soonMs));
	}
	await scheduleRenewals(alarm);
}
