import type { ReplyTarget, RoomRef } from '../../messages/rooms.ts';
import { type AnsweredMessage, archivedMessage, pickAnswered } from '../../networks/answered.ts';
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

/** An author as the room's messages name them; undefined where the page shows nothing that can be compared. */
function authorIn({ network }: RoomRef, shown: string): string | undefined {
	if (network === 'nostr') return /^[0-9a-f]{64}$/.test(shown) ? shown : undefined;
	return shown.includes('/') ? shown.slice(shown.indexOf('/') + 1) : '';
}

const drop = (dropped: ReplyTarget['dropped'] & string): ReplyTarget => ({ id: '', dropped, quote: null });

/**
 * What becomes of the user's wish to answer a message. Nobody is asked: the room's archive may have shown it earlier, else the room is asked
 * in the session that posts, but where the user is careful. What cannot be a message of the room is dropped, and the composer says so.
 */
async function targetOf(site: string, room: RoomRef, message: AnsweredMessage): Promise<ReplyTarget> {
	const { id } = message;
	if (!networkOf(room.network).isMessageId(id)) return drop('not-shown');
	const copies = await listArchived(site, roomIdOf(room));
	const copy = copies.find((one) => one.id === id);
	if (!copy) return (await isCareful()) ? drop('not-read') : { id, quote: null };
	// an archive keeps names and keys shortened
	const author = message.author?.slice(0, room.network === 'nostr' ? copy.author.length : undefined);
	const asInArchive = author === undefined ? {} : { author: archivedMessage(id, author, '', false).author };
	const pick = pickAnswered(
		{ ...message, ...asInArchive },
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
	const author = message ? authorIn(room, message.author) : undefined;
	const shown = message && { text: message.text, ...(author !== undefined && { author }) };
	const target = message && shown && (await targetOf(origin, room, { id: message.id, ...shown, archived: true }));
	await changeTab(tab, (page) => {
		if (page.origin !== origin) return;
		delete page.replies[room.address];
		if (target && shown) page.replies[room.address] = { target, ...shown };
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
