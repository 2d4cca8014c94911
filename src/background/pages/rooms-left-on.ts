import type { RoomRef } from '../../messages/rooms.ts';
import { isPrivateWindow } from '../../platform/private-window.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { roomIdOf } from '../access/adapters.ts';
import { isUnlocked, onUnlock, vaultKey, withKey } from '../state/lock.ts';
import { SessionValue } from '../state/session-value.ts';
import { readRecord, writeRecord } from '../state/vault.ts';
import { changeSites, readSites } from './sites.ts';

/*
 * The rooms in which Anonymous is on, or was when their tab went. A tab that opens such a room anew gets it closed (THREATS.md P4). Which
 * rooms these are lies on disk in an encrypted record alone; in the clear there is one mark with each site. So before the first unlock of a
 * browser that was started anew, every room of a marked site comes back closed.
 *
 * A switch may be turned while the vault is locked. The record cannot be written then, and the mark says so: if the browser ends before the
 * next unlock, every room of the site comes back closed until the browser ends once more.
 */
type RoomsBySite = Record<string, RoomRef[]>;

const recordName = 'rooms-left-on';
/** A turn of a switch. */
interface Turn {
	room: RoomRef;
	on: boolean;
}
interface Knowledge {
	/** by origin; a marked site that is missing is one of which this is not known */
	rooms: RoomsBySite;
	/** by origin, of sites of which not every such room is known: those that are */
	unsure: RoomsBySite;
	/** by origin: turns in sites of which nothing is known before the record is read */
	turns: Record<string, Turn[]>;
	/** the record was read since the browser was started */
	isRead: boolean;
}
const knowledge = new SessionValue<Knowledge>('rooms-left-on', { rooms: {}, unsure: {}, turns: {}, isRead: false });
const writes = new SerialQueue();

function isSame(one: RoomRef, other: RoomRef): boolean {
	if (one.network !== other.network) return false;
	try {
		return one.address === other.address || roomIdOf(one) === roomIdOf(other);
	} catch {
		return false;
	}
}
/** Whether a room is among these, whichever way the page writes its address. */
export const includesRoom = (rooms: readonly RoomRef[], room: RoomRef): boolean => rooms.some((other) => isSame(other, room));

/** What rooms are left on after these turns. */
const afterTurns = (rooms: readonly RoomRef[] = [], turns: readonly Turn[] = []): RoomRef[] =>
	turns.reduce<RoomRef[]>((left, { room, on }) => [...left.filter((other) => !isSame(other, room)), ...(on ? [room] : [])], [...rooms]);

/** The rooms of a site in which Anonymous was left on; null where the site is marked and it is not known which these are. */
export async function roomsLeftOn(site: string): Promise<RoomRef[] | null> {
	const { rooms, unsure } = await knowledge.get();
	if (rooms[site]) return rooms[site];
	const isMarked = !isPrivateWindow() && (await readSites())[site]?.leftOn !== undefined;
	return isMarked || unsure[site] ? null : [];
}

/**
 * Sets the marks of sites, where the record holds what is known; else of the one where a switch was turned on. A site of which not all is known
 * keeps its mark until the user has turned a switch there.
 */
async function markSites({ rooms, unsure }: Knowledge, isRecorded: boolean, lastTurn?: { site: string; on: boolean }): Promise<void> {
	// private windows share the list of sites with the others: nothing is marked there, and no mark counts
	if (isPrivateWindow()) return;
	await changeSites((sites) => {
		for (const [origin, site] of Object.entries(sites)) {
			const isTurned = origin === lastTurn?.site;
			const left = rooms[origin] ?? (isTurned ? unsure[origin] : undefined);
			if (!isRecorded && isTurned && lastTurn.on) site.leftOn = 'unrecorded';
			else if (isRecorded && left) {
				if (left.length > 0) site.leftOn = 'recorded';
				else delete site.leftOn;
			}
		}
	});
}

/** Writes down what is known: while the vault is open the rooms, encrypted, and always the marks. */
function writeDown(lastTurn?: { site: string; on: boolean }): Promise<void> {
	return writes.run(async () => {
		const key = await vaultKey();
		try {
			const all = await knowledge.get();
			// the marks come first: a room without a mark would come back open
			await markSites(all, key !== null && all.isRead, lastTurn);
			if (!key || !all.isRead) return;
			const left = Object.entries({ ...all.rooms, ...all.unsure }).filter(([, rooms]) => rooms.length > 0);
			await writeRecord(key, recordName, Object.fromEntries(left));
		} finally {
			key?.fill(0);
		}
	});
}

/** A switch was turned in a tab. `isOnElsewhere`: it is still on in another tab of the site. A disk that is full changes nothing of it. */
export async function noteSwitch(site: string, room: RoomRef, on: boolean, isOnElsewhere: boolean): Promise<void> {
	if (!on && isOnElsewhere) return;
	const before = await roomsLeftOn(site);
	await knowledge.update((all) => {
		const turn = { room, on };
		if (before) all.rooms[site] = afterTurns(before, [turn]);
		else if (all.isRead) all.unsure[site] = afterTurns(all.unsure[site], [turn]);
		else all.turns[site] = [...(all.turns[site] ?? []), turn];
	});
	await writeDown({ site, on }).catch(() => {});
}

/** A site was disabled: nothing of it is known any more. */
export async function forgetRoomsLeftOn(site: string): Promise<void> {
	await knowledge.update((all) => {
		for (const notes of [all.rooms, all.unsure, all.turns]) delete notes[site];
	});
	await writeDown().catch(() => {});
}

/** Takes the record in. One of another vault tells nothing, and leaves its sites unsure. */
async function readDown(key: Uint8Array): Promise<void> {
	const record = ((await readRecord(key, recordName).catch(() => null)) ?? {}) as RoomsBySite;
	const sites = await readSites();
	await knowledge.update((all) => {
		if (all.isRead) return;
		const marked = isPrivateWindow() ? Object.keys(record) : Object.keys(sites).filter((site) => sites[site]?.leftOn);
		for (const site of marked.filter((name) => !all.rooms[name])) {
			const isSure = isPrivateWindow() || (sites[site]?.leftOn === 'recorded' && record[site] !== undefined);
			(isSure ? all.rooms : all.unsure)[site] = afterTurns(record[site], all.turns[site]);
		}
		Object.assign(all, { isRead: true, turns: {} });
	});
}

onUnlock(async () => {
	if (!(await isUnlocked())) return;
	if (!(await knowledge.get()).isRead) await withKey(readDown);
	await writeDown();
});
