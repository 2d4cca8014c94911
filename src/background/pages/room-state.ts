import type { RoomRef, RoomState } from '../../messages/rooms.ts';
import { roomIdOf } from '../access/adapters.ts';
import { accessTo } from '../access/room-access.ts';
import { listWaiting } from '../outbox/outbox.ts';
import { readRoom } from '../state/document.ts';
import { vaultKey } from '../state/lock.ts';
import { allTabs, readTab, tellTab } from '../state/tabs.ts';
import { vault } from '../state/vault.ts';
import { showIcon } from './icon.ts';

/** Whether there is a vault, and whether it is open. */
export async function vaultState(): Promise<'none' | 'locked' | 'unlocked'> {
	if (await vaultKey()) return 'unlocked';
	return (await vault.exists()) ? 'locked' : 'none';
}

/** Whether two addresses are one room, as its network writes it. */
export const sameRoom = (a: RoomRef, b: RoomRef): boolean => a.network === b.network && a.address === b.address;

const listeners: ((tab: number, room: RoomRef) => void)[] = [];
/** The listener is called when the state of a room in a tab may have changed. */
export function onRoomChange(listener: (tab: number, room: RoomRef) => void): void {
	listeners.push(listener);
}

async function isHidden(room: RoomRef): Promise<boolean> {
	try {
		return (await readRoom(roomIdOf(room))).hidden;
	} catch {
		// no room address: nothing to hide
		return false;
	}
}

/** The state of a room in a tab, as it is in force. May start a probe, whose result is pushed later. */
export async function roomState(tabId: number, room: RoomRef): Promise<RoomState> {
	const access = await accessTo(tabId, room, () => void roomChanged(tabId, room));
	const hidden = await isHidden(room);
	const [vault, entries] = [await vaultState(), await listWaiting()];
	// read last: of two states that are asked for at once, the later one must not carry the earlier position of the switch
	const tab = await readTab(tabId);
	const on = tab?.on.includes(room.address) === true;
	const waiting = entries.filter((entry) => entry.site === tab?.origin && sameRoom(entry.room, room)).length;
	return { room, on, access, vault, hidden, waiting };
}

async function tellRoom(tabId: number, room: RoomRef): Promise<void> {
	await tellTab(tabId, 'room', { room: await roomState(tabId, room) });
	for (const listener of listeners) listener(tabId, room);
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
