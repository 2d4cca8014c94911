import type { ReplyTarget, RoomRef } from '../../messages/rooms.ts';
import { type AnsweredMessage, archivedMessage, pickAnswered } from '../../networks/answered.ts';
import type { NetworkAdapter } from '../../networks/network.ts';
import { networkOf, roomIdOf } from '../access/adapters.ts';
import { listArchived } from '../recognition/archived-messages.ts';
import { isCareful } from '../state/care.ts';
import { changeTab, type Tab } from '../state/tabs.ts';

/** What a page says of the message that the user wants to answer: its id, the beginning of the text that it shows, and who wrote it. */
export interface NamedMessage {
	id: string;
	text: string;
	/** as the page names them: an occupant's full JID, a key, or anything else */
	author: string;
}

type ShownAuthor = ReturnType<NetworkAdapter['shownAuthor']>;

const drop = (dropped: ReplyTarget['dropped'] & string): ReplyTarget => ({ id: '', dropped, quote: null });

/**
 * What becomes of the user's wish to answer a message. Nobody is asked: the room's archive may have shown it earlier, else the room is asked
 * in the session that posts, but where the user is careful. What cannot be a message of the room is dropped, and the composer says so.
 */
async function targetOf(site: string, room: RoomRef, { id, text }: NamedMessage, author: ShownAuthor): Promise<ReplyTarget> {
	if (!networkOf(room.network).isMessageId(id)) return drop('not-shown');
	const copies = await listArchived(site, roomIdOf(room));
	const copy = copies.find((one) => one.id === id);
	if (!copy) return (await isCareful()) ? drop('not-read') : { id, quote: null };
	// the archive's copies have names shortened to a line
	const asInArchive = author ? { author: archivedMessage(id, author.archivedName, '', false).author } : {};
	const pick = pickAnswered(
		{ id, text, archived: true, ...asInArchive },
		copies.map((one) => ({ id: one.id, author: one.author, body: one.lines ?? one.excerpt })),
	);
	const answered = copies.find((one) => one.id === pick);
	if (!answered) return drop('not-shown');
	const { excerpt, anonymous } = answered;
	return { id: answered.id, quote: { author: answered.author, excerpt, anonymous } };
}

/** Notes what the next message in this room answers; null: nothing. */
export async function noteReply(
	{ tab, origin }: { tab: number; origin: string },
	room: RoomRef,
	message: NamedMessage | null,
): Promise<void> {
	const author = message && networkOf(room.network).shownAuthor(message.author);
	const target = message && (await targetOf(origin, room, message, author));
	await changeTab(tab, (page) => {
		if (page.origin !== origin) return;
		delete page.replies[room.address];
		if (target && message) page.replies[room.address] = { target, text: message.text, ...(author && { author: author.name }) };
	});
}

/** The answered message as the outbox keeps it, if the composer that names it shows the one that is noted; null where none is answered. */
export function answeredMessage(tab: Tab | undefined, room: RoomRef, id: string): AnsweredMessage | null | 'changed' {
	if (id === '') return null;
	const noted = tab?.replies[room.address];
	if (noted?.target.id !== id) return 'changed';
	const { target, ...shown } = noted;
	return { id, ...shown, archived: target.quote !== null };
}
