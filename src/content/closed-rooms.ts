/**
 * The rooms that are closed to the account. A room is closed before the switch is said to be on, and opened after it is said
 * to be off; what is closed stays so when everything else of Bauta is gone.
 */
import type { Frontend } from '../frontends/frontend.ts';
import type { RoomRef } from '../messages/rooms.ts';
import { setRules } from './page/page-style.ts';
import { setGate } from './tap-link.ts';

const closedRooms = new Map<string, RoomRef>();

/** Whether the account may not write in the room of this address. */
export const isClosed = (address: string): boolean => closedRooms.has(address);
/** Whether the account may not write in some room. */
export const isAnyClosed = (): boolean => closedRooms.size > 0;

/** Tells the gate which rooms are closed. Until it is told for the first time, it holds back what the page says. */
export const tellGate = (): Promise<void> => setGate([...closedRooms.values()]);

/** Closes a room to the account. Resolves when style rule, guards and gate are in force. */
export async function closeRoom(frontend: Frontend, room: RoomRef): Promise<void> {
	if (isClosed(room.address)) return;
	closedRooms.set(room.address, room);
	setRules(`close ${room.address}`, frontend.closingRule(room.address));
	await tellGate();
}

/** Lets the account write in a room again. */
export function openRoom(room: RoomRef): void {
	if (!closedRooms.delete(room.address)) return;
	setRules(`close ${room.address}`, '');
	void tellGate();
}

/**
 * The page shows these rooms now. A web chat that shows one room at a time has one rule for all of them: it holds while the closed room is on show,
 * and not in the next one, where the account may write.
 */
export function followShownRooms(frontend: Frontend, rooms: RoomRef[]): void {
	if (rooms.length === 0) return;
	for (const { address } of closedRooms.values()) {
		const rule = frontend.closingRule(address);
		const holds = rule !== frontend.closingRule('') || rooms.some((room) => room.address === address);
		setRules(`close ${address}`, holds ? rule : '');
	}
}
