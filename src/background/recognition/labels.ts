import type { LabelledMessage, RoomRef } from '../../messages/rooms.ts';
import type { IncomingMessage } from '../../networks/network.ts';
import { networkOf, roomIdOf } from '../access/adapters.ts';
import { hintsFor } from '../access/hints.ts';
import { onChannel } from '../access/on-channel.ts';
import { requireAccess } from '../access/room-access.ts';
import { vaultKey } from '../state/lock.ts';
import type { LoggedMessage } from './logged-message.ts';
import { type MessageSource, mayReadArchive, messagesOf, noteArchiveRead, rememberMessages, wasArchiveRead } from './message-log.ts';
import { judge } from './verdicts.ts';

const archiveLimit = 200;
const archiveSeconds = 30;

async function labelsFor(messages: LoggedMessage[]): Promise<LabelledMessage[]> {
	const labels: LabelledMessage[] = [];
	for (const message of messages) {
		const label = await judge(message);
		if (label) labels.push({ id: message.id, author: message.author, label });
	}
	return labels;
}

/** More than a verdict on any message takes: ms for a batch, and for each message in it. */
const batchMs = 100;
const messageMs = 2;
/**
 * Labels are handed out after a time that depends on the number of messages alone. One's own message takes longer to judge than another's, and
 * a page sees when a label appears: by reloading itself again and again it could measure whose a message is (THREATS.md P9, R2).
 */
async function labelEvenly(messages: LoggedMessage[]): Promise<LabelledMessage[]> {
	if (messages.length === 0) return [];
	const over = new Promise((resolve) => setTimeout(resolve, batchMs + messageMs * messages.length));
	const [labels] = await Promise.all([labelsFor(messages), over]);
	return labels;
}

/**
 * Remembers messages that were met on a site and returns their labels by canonical room id.
 * @param source whether the page handed them over, or the room's archive showed them to a guest
 */
export async function labelNew(
	site: string,
	messages: IncomingMessage[],
	source: MessageSource = 'page',
): Promise<Map<string, LabelledMessage[]>> {
	const fresh = await rememberMessages(site, messages, source);
	const rooms = [...new Set(fresh.map(({ room }) => room))];
	const labels = rooms.map(async (room) => [room, await labelEvenly(fresh.filter((message) => message.room === room))] as const);
	return new Map(await Promise.all(labels));
}

/** Labels of every message that was met in a room of a site. */
export async function labelAll(site: string, room: RoomRef): Promise<LabelledMessage[]> {
	return labelEvenly(await messagesOf(site, roomIdOf(room)));
}

/**
 * Labels for a page that shows messages whose envelope its cache has lost (`onPage`). What was met is answered at once. Where more is on the
 * page, the room's public archive is read without joining, at most once per room of a site and day, and `later` gets what it held.
 */
export async function labelPage(
	page: { tab: number; origin: string },
	room: RoomRef,
	onPage: { id: string; author: string }[],
	later: (labels: LabelledMessage[]) => void,
): Promise<LabelledMessage[]> {
	const labels = await labelAll(page.origin, room);
	const names = new Set(labels.map(({ id, author }) => `${id}\n${author}`));
	const misses = onPage.some(({ id, author }) => !names.has(`${id}\n${author}`));
	if (misses && (await vaultKey())) void readArchive(page, room).then(later, () => {});
	return labels;
}

async function readArchive({ tab, origin: site }: { tab: number; origin: string }, room: RoomRef): Promise<LabelledMessage[]> {
	const id = roomIdOf(room);
	const hints = await hintsFor(tab, room);
	// another page is in the tab by now
	if (hints.origin !== site) return [];
	const access = await requireAccess(room, hints);
	if (!(await mayReadArchive(site, id))) return [];
	const { transport } = await networkOf(room.network).traffic();
	const messages = await onChannel(hints.origin, archiveSeconds, (channel, signal) =>
		transport.readArchive(id, access, channel, archiveLimit, signal),
	);
	await noteArchiveRead(site, id);
	return [...(await labelNew(site, messages, 'archive')).values()].flat();
}

/**
 * How many foreign anonymous messages the room's archive showed a guest of the last 30 days (THREATS.md R1): what the page alone showed does
 * not count, as a page could make up any number of voices. Null where the archive was not read yet.
 * @param room canonical room id
 */
export async function countForeign(site: string, room: string): Promise<number | null> {
	if (!(await wasArchiveRead(site, room))) return null;
	const since = Date.now() / 1000 - 30 * 86_400;
	const messages = await messagesOf(site, room);
	const labels = await labelsFor(messages.filter(({ time, archived }) => archived && time >= since));
	return labels.filter(({ label }) => !label.mine).length;
}
