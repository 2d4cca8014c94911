import type { Frontend, OpenRoom } from '../frontends/frontend.ts';
import type { RoomState } from '../messages/rooms.ts';
import { ask } from './bridge/ask.ts';
import { addFrame, drainFrames } from './frame-reporter.ts';

/** the addresses that the background has, one a line */
let announcedAddresses = '';

/**
 * Tells the background which rooms are open, and returns the state of each; an empty list where the rooms are the same as last time.
 * Throws as `ask` does.
 */
export async function announceRooms(frontend: Frontend, openRooms: OpenRoom[]): Promise<RoomState[]> {
	const rooms = [...new Map(openRooms.map(({ room }) => [room.address, room])).values()];
	const addresses = rooms.map(({ address }) => address).join('\n');
	if (addresses === announcedAddresses) return [];
	announcedAddresses = addresses;
	const frames = openRooms.flatMap((room) => frontend.workerRequests?.(room) ?? []);
	for (const frame of frames) addFrame(frontend.network, { direction: 'out', ...frame });
	if (frames.length > 0) await drainFrames();
	return (await ask('content.rooms', { rooms })).rooms;
}

/** The background does not have the last list: the next one is announced, even if it is the same. */
export function forgetAnnouncement(): void {
	announcedAddresses = '';
}
