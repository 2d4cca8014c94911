import type { RoomRef } from '../../messages/rooms.ts';

/** What changed in the outbox of one room of one site. */
export interface OutboxChange {
	site: string;
	room: RoomRef;
	/** id of an entry that the room has shown */
	delivered?: string;
	/** of the room's relays, how many have it (Nostr); absent where a room has one server */
	relays?: { reached: number; all: number };
}

const listeners: ((change: OutboxChange) => void)[] = [];

/** The listener is called whenever the outbox of a room changed. */
export function onOutboxChange(listener: (change: OutboxChange) => void): void {
	listeners.push(listener);
}

/** Calls every listener of `onOutboxChange`. */
export function announceChange(change: OutboxChange): void {
	for (const listener of listeners) listener(change);
}
