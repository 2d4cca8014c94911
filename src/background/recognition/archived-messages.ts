import type { ArchivedMessage } from '../../networks/answered.ts';
import { SessionValue } from '../state/session-value.ts';
import { siteRoom } from '../state/site-room.ts';

/*
 * The newest messages that each room's archive showed a guest, by site and room, in memory alone: what may be quoted where one of them is
 * answered. The archive is read for the labels, and never because somebody answers (THREATS.md N10, D1).
 */

const roomsLimit = 20;
const messagesLimit = 200;
const archives = new SessionValue<Record<string, ArchivedMessage[]>>('archived', {});

/** Takes over what an archive showed, oldest first, in place of what it showed earlier. `room`: canonical id. */
export async function rememberArchived(site: string, room: string, messages: ArchivedMessage[]): Promise<void> {
	await archives.update((all) => {
		const name = siteRoom(site, room);
		delete all[name];
		all[name] = messages.slice(-messagesLimit);
		for (const surplus of Object.keys(all).slice(0, -roomsLimit)) delete all[surplus];
	});
}

/** What the room's archive has shown, oldest first. */
export async function listArchived(site: string, room: string): Promise<ArchivedMessage[]> {
	return (await archives.get())[siteRoom(site, room)] ?? [];
}
