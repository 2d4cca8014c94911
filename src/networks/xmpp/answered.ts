import { type AnsweredMessage, isAnswered, replyNotShown } from '../answered.ts';
import type { Pace } from '../pace.ts';
import { recentMessages } from './archive.ts';
import type { Session } from './stream/session.ts';
import { isArchiveId } from './wire/archive-id.ts';
import { isRetracted, type Retraction, readShown, type ShownMessage } from './wire/shown.ts';
import type { XmlElement } from './wire/xml.ts';

/** What a joining guest is told of the room's last messages, where it has no archive for guests. */
export class JoinHistory {
	readonly #room: string;
	readonly #messages: ShownMessage[] = [];
	readonly #retractions: Retraction[] = [];

	/** `room`: bare JID */
	constructor(room: string) {
		this.#room = room;
	}

	/** Takes in a stanza that came while joining. */
	hear(stanza: XmlElement): void {
		const readable = readShown(stanza, this.#room);
		if (readable && 'message' in readable) this.#messages.push(readable.message);
		else if (readable) this.#retractions.push(readable.retraction);
	}

	/** The room's own id of the answered message. Throws `reply-not-shown`. */
	idOf(original: AnsweredMessage): string {
		const shown = this.#messages.find(({ id, body }) => isAnswered(original, id, body));
		if (!shown || isRetracted(shown, this.#retractions)) throw replyNotShown();
		return shown.id;
	}
}

/**
 * The room's own id of the answered message, read from its archive by the guest who is about to join, so that nobody in the room sees a
 * pause. `pace`: when it may be asked. Null where the archive shows a guest nothing: then the room's history on joining has to. Throws `reply-not-shown`.
 */
export async function idInArchive(
	session: Session,
	room: string,
	original: AnsweredMessage,
	signal: AbortSignal,
	pace: Pace,
): Promise<string | null> {
	if (!isArchiveId(original.id)) throw replyNotShown();
	await pace.step(signal);
	const recent = await recentMessages(session, room, original.id, signal);
	if (!recent) return null;
	const copy = recent.shown.find(({ id }) => id === original.id);
	if (copy) {
		if (!isAnswered(original, copy.id, copy.body)) throw replyNotShown();
		return copy.id;
	}
	// an older one is known from an earlier read, if nobody took it back since
	if (!original.archived || recent.retractions.some(({ id }) => id === original.id)) throw replyNotShown();
	return original.id;
}
