import { BautaError } from '../../messages/errors.ts';
import { type RoomRef, sameRoom } from '../../messages/rooms.ts';
import { roomFault } from '../access/room-access.ts';
import { allTabs, changeTab, readTab } from '../state/tabs.ts';
import { roomChanged } from './room-state.ts';
import { includesRoom, noteSwitch, roomsLeftOn } from './rooms-left-on.ts';

/** So many rooms are noted of a tab, at most: a hostile page may name any number. */
const mostRooms = 200;
/** So many characters of their addresses are kept: they lie in the same memory as the key and the outbox's notes. */
const mostCharacters = 60_000;

/** The last of these addresses, as many as are kept. */
function trimAddresses(addresses: string[]): string[] {
	let budget = mostCharacters;
	const latest = addresses.slice(-mostRooms).reverse();
	return latest
		.filter(({ length }) => {
			budget -= length;
			return budget >= 0;
		})
		.reverse();
}

/**
 * Turns the switch of a room in a tab. Off also lets go of a room that came back closed: the user writes as themselves.
 * Throws why the room is closed to anonymous messages, where it cannot be turned on.
 */
export async function turnSwitch(tabId: number, room: RoomRef, on: boolean): Promise<void> {
	if (on) {
		const fault = await roomFault(tabId, room);
		if (fault) throw new BautaError(fault.code, fault.detail);
	}
	const site = await changeTab(tabId, (tab) => {
		for (const list of ['on', 'held'] as const) tab[list] = tab[list].filter((address) => address !== room.address);
		delete tab.replies[room.address];
		if (on) tab.on.push(room.address);
		return tab.origin;
	});
	if (site !== undefined) {
		const others = (await allTabs()).filter(([id, tab]) => id !== tabId && tab.origin === site && tab.network === room.network);
		await noteSwitch(
			site,
			room,
			on,
			others.some(([, tab]) => tab.on.includes(room.address)),
		);
	}
	await roomChanged(tabId, room);
}

/** What a page that says hello has to close before anything of it can leave. */
export interface Closing {
	/** addresses of rooms in which Anonymous was left on */
	held: string[];
	/** it is not known which rooms these are: every room, at first sight */
	all: boolean;
}

/** What has to be closed on a page of this site. */
export async function closingFor(site: string, network: RoomRef['network']): Promise<Closing> {
	const rooms = await roomsLeftOn(site);
	return { held: (rooms ?? []).filter((room) => room.network === network).map(({ address }) => address), all: rooms === null };
}

/** The page of a tab shows these rooms now. One that it shows for the first time is held, if Anonymous may have been left on in it. */
export async function noteShown(tabId: number, rooms: RoomRef[]): Promise<void> {
	const site = (await readTab(tabId))?.origin;
	if (site === undefined) return;
	const roomsOn = await roomsLeftOn(site);
	await changeTab(tabId, (tab) => {
		if (tab.origin !== site) return;
		for (const room of rooms) {
			const { address } = room;
			const isNew = !tab.shown.includes(address);
			if (isNew && !tab.on.includes(address) && !tab.held.includes(address) && (!roomsOn || includesRoom(roomsOn, room)))
				tab.held.push(address);
			tab.shown = trimAddresses([...tab.shown.filter((other) => other !== address), address]);
		}
		tab.rooms = rooms;
	});
}

/** Whether the page of a tab has shown a room, so that it may ask about it. */
export async function hasShown(tabId: number, room: RoomRef): Promise<boolean> {
	const tab = await readTab(tabId);
	return (
		tab !== undefined &&
		tab.network === room.network &&
		(tab.shown.includes(room.address) || tab.rooms.some((open) => sameRoom(open, room)))
	);
}
