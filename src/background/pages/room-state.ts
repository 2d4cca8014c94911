import { type RoomRef, type RoomState, sameRoom } from '../../messages/rooms.ts';
import { roomIdOf } from '../access/adapters.ts';
import { lookWhereUnknown, roomFault } from '../access/room-access.ts';
import { isCareful } from '../state/care.ts';
import { caughtAt } from '../state/caught-sites.ts';
import { isRoomHidden, onRoutesChange } from '../state/document.ts';
import { isUnlocked } from '../state/lock.ts';
import { allTabs, isRoomClosed, readTab, tellTab } from '../state/tabs.ts';
import { vault } from '../state/vault.ts';
import { showIcon } from './icon.ts';

/** Whether there is a vault, and whether it is open. */
export async function vaultState(): Promise<'none' | 'locked' | 'unlocked'> {
	if (await isUnlocked()) return 'unlocked';
	return (await vault.exists()) ? 'locked' : 'none';
}

const listeners: ((tab: number, room: RoomRef) => void)[] = [];
/** The listener is called when the state of a room in a tab may have changed. */
export function onRoomChange(listener: (tab: number, room: RoomRef) => void): void {
	listeners.push(listener);
}

async function isHidden(site: string, room: RoomRef): Promise<boolean> {
	try {
		return await isRoomHidden(site, roomIdOf(room));
	} catch {
		// no room address: nothing to hide
		return false;
	}
}

/** What a page is told of a room: it does not depend on the lock, and asks no server. */
export async function roomState(tabId: number, room: RoomRef): Promise<RoomState> {
	const origin = (await readTab(tabId))?.origin ?? '';
	const [fault, hidden, careful] = [await roomFault(tabId, room), await isHidden(origin, room), await isCareful()];
	const caught = await caughtAt(origin);
	// read last: of two states that are asked for at once, the later one must not carry the earlier position of the switch
	const tab = await readTab(tabId);
	const on = isRoomClosed(tab, room.address);
	const beside = on && (tab?.beside.includes(room.address) === true || careful);
	return { room, on, beside, fault, hidden, caught };
}

/**
 * Has a room looked at where nothing is known of it; what is found is told later. What a page has just done begins this, or what the user has
 * decided of the room or of what Bauta may reach: never the lock, the switch, nor what is written (THREATS.md N10, P9).
 */
export async function lookAtRoom(tabId: number, room: RoomRef): Promise<void> {
	await lookWhereUnknown(tabId, room, () => void roomChanged(tabId, room));
}

/** The same for the open rooms of every tab, or for these, by canonical room id or as the page names one. */
export async function lookAtRooms(only?: RoomRef | string[]): Promise<void> {
	const isMeant = (room: RoomRef) => !only || (Array.isArray(only) ? only.includes(roomIdOf(room)) : sameRoom(room, only));
	for (const [id, tab] of await allTabs()) for (const room of tab.rooms.filter(isMeant)) await lookAtRoom(id, room);
}
onRoutesChange((rooms) => void lookAtRooms(rooms));

/** Tells whoever shows a room in a tab, other than its page, that the room came or went there. */
export function announceRoom(tabId: number, room: RoomRef): void {
	for (const listener of listeners) listener(tabId, room);
}

/** What each page was told last, by tab and room: a page hears of nothing that makes no difference to it (THREATS.md P8). */
const lastTold = new Map<string, string>();

async function tellRoom(tabId: number, room: RoomRef): Promise<void> {
	const state = await roomState(tabId, room);
	const [name, words] = [`${tabId} ${room.network} ${room.address}`, JSON.stringify(state)];
	if (lastTold.get(name) !== words) {
		lastTold.set(name, words);
		await tellTab(tabId, 'room', { room: state });
	}
	announceRoom(tabId, room);
}

/** Tells every page of a site that shows a room that its anonymous messages are hidden, or shown again, as the user wishes. */
export async function tellHidden(site: string, room: RoomRef, hidden: boolean): Promise<void> {
	for (const [id, { origin, rooms }] of await allTabs())
		if (origin === site && rooms.some((open) => sameRoom(open, room))) await tellTab(id, 'hide', { room, hidden });
}

/** The page in a tab is another one: it was told nothing yet. */
export function forgetTold(tabId: number): void {
	for (const name of lastTold.keys()) if (name.startsWith(`${tabId} `)) lastTold.delete(name);
}

/** Pushes the state of a room to its page, its composers and the toolbar. */
export async function roomChanged(tabId: number, room: RoomRef): Promise<void> {
	await tellRoom(tabId, room);
	await showIcon(tabId);
}

/** The same for every open room of every tab; with a room given, for that room wherever it is open, with a site given, on that site alone. */
export async function roomsChanged(only?: RoomRef, site?: string): Promise<void> {
	for (const [id, tab] of await allTabs()) {
		if (site !== undefined && tab.origin !== site) continue;
		const rooms = tab.rooms.filter((room) => !only || sameRoom(room, only));
		for (const room of rooms) await tellRoom(id, room);
		// once for each tab: the icon depends on all of its rooms
		if (rooms.length > 0) await showIcon(id);
	}
}
