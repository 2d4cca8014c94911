import type { Frontend, PageMessage } from '../frontends/frontend.ts';
import { ask } from './bridge/ask.ts';
import { failureText, word } from './page/words.ts';
import type { RoomView } from './room-view.ts';
import { exactId } from './tap-link.ts';

/** Makes `message` what the next anonymous message in this view answers, and puts the cursor into the composer. Never throws. */
export async function setReplyTarget(frontend: Frontend, view: RoomView, message: PageMessage): Promise<void> {
	const { room } = view.open;
	const id = await exactId(frontend.id, room.address, message.id, message.author);
	if (!id) return view.warn(word('content_no_reply_id'));
	const text = frontend.shownText(message.element).slice(0, 200);
	await ask('content.reply', { room, reply: { id, text, author: message.author } }).then(
		() => view.composer.focus(),
		(thrown) => view.warn(failureText(thrown)),
	);
}
