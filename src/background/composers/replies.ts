import type { ReplyTarget, RoomRef } from '../../messages/rooms.ts';
import { type AnsweredMessage, isShownAs } from '../../networks/answered.ts';
import { networkOf, roomIdOf } from '../access/adapters.ts';
import { findArchived } from '../recognition/archived-messages.ts';
import { isCareful } from '../state/care.ts';
import { changeTab, type Tab } from '../state/tabs.ts';

/** What a page says of the message that the user wants to answer: its id, and the beginning of the text that it shows. */
export interface NamedMessage {
	id: string;
	text: string;
}

const drop = (dropped: ReplyTarget['dropped'] & string): ReplyTarget => ({ id: '', dropped, quote: null });

/**
 * What becomes of the user's wish to answer a message. Nobody is asked: the room's archive may have shown it earlier, else the room is asked
 * in the session that posts, but where the user is careful. What cannot be a message of the room is dropped, and the composer says so.
 */
async function targetOf(site: string, room: RoomRef, { id, text }: NamedMessage): Promise<ReplyTarget> {
	if (!networkOf(room.network).isMessageId(id)) return drop('not-shown');
	const copy = await findArchived(site, roomIdOf(room), id);
	if (!copy) return (await isCareful()) ? drop('not-read') : { id, quote: null };
	const { author, excerpt, anonymous } = copy;
	return isShownAs(text, excerpt) ? { id, quote: { author, excerpt, anonymous } } : drop('not-shown');
}

/** Notes what the next message in this room answers; null: nothing. */
export async function noteReply(
	{ tab, origin }: { tab: number; origin: string },
	room: RoomRef,
	message: NamedMessage | null,
): Promise<void> {
	const target = message && (await targetOf(origin, room, message));
	await changeTab(tab, (page) => {
		if (page.origin !== origin) return;
		delete page.replies[room.address];
		if (target && message) page.replies[room.address] = { target, text: message.text };
	});
}

/** The answered message as the outbox keeps it, if the composer that names it shows the one that is noted; null where none is answered. */
export function answeredMessage(tab: Tab | undefined, room: RoomRef, id: string): AnsweredMessage | null | 'changed' {
	if (id === '') return null;
	const noted = tab?.replies[room.address];
	return noted?.target.id === id ? { id, text: noted.text, archived: noted.target.quote !== null } : 'changed';
}
