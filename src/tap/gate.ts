import type { Network } from '../messages/rooms.ts';
import type { Direction } from '../messages/tap.ts';

/** What the page sends instead of what it wanted to send, and the room for which something was held back. */
export interface Refusal {
	data: string;
	/** frames to send right after it, on a socket */
	more: string[];
	room: string;
}

/**
 * What one connection of the page may say, and which of its frames the background must know. It goes by the shape of strings: no parser
 * runs in the page.
 * Runs in the page's world, so it works with primordials only. Each connection gets one of its own.
 */
export interface Gate {
	network: Network;
	/** whether a frame tells something that the background must know: an envelope, or where the server is */
	isReported(direction: Direction, data: string): boolean;
	/** whose presence a frame from the server tells, as the page names authors */
	presences?(data: string): string[];
	/** a frame that holds any number of stanzas, as one frame for each of them, [] where it is none such */
	split?(data: string): string[];
	/**
	 * Where a frame that leaves puts a message of the account's into a room, or one that comes shows or confirms such a message: what is left of
	 * that message without its content, for the background. Else ''.
	 */
	speech(direction: Direction, data: string): string;
	/** whether a frame could put something into a room, so that it must wait until it is known which rooms are closed */
	speaks(data: string): boolean;
	/** the last gate: null where the frame may pass. `rooms` are the addresses closed to the account */
	refuse(data: string, rooms: string[]): Refusal | null;
}
