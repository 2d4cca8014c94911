import { type AnsweredMessage, pickAnswered, replyNotShown } from '../answered.ts';
import type { Pace } from '../pace.ts';
import { recentMessages } from './archive.ts';
import type { Session } from './stream/session.ts';
import { isArchiveId } from './wire/archive-id.ts';
import { resourceOf } from './wire/jid.ts';
import { isRetracted, type Retraction, readShown, type ShownMessage } from './wire/shown.ts';
import type { XmlElement } from './wire/xml.ts';

/** The room's own id of the answered message, among these, oldest first. Throws `reply-not-shown`. */
function pick(original: AnsweredMessage, messages: readonly ShownMessage[]): string {
	const id = pickAnswered(
		original,
		messages.map((message) => ({ id: message.id, author: resourceOf(message.from), body: message.body })),
	);
	if (id === null) throw replyNotShown();
	return id;
}

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
		return pick(
			original,
			this.#messages.filter((message) => !isRetracted(message, this.#retractions)),
		);
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
	const recent = await recentMessages(session, room, original.id, signal, pace);
	if (!recent) return null;
	if (recent.shown.some(({ id }) => id === original.id)) return pick(original, recent.shown);
	// an older one is known from an earlier read, if nobody took it back since
	if (!original.archived || recent.retractions.some(({ id }) => id === original.id)) throw replyNotShown();
	return original.id;
}
