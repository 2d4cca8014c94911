import { handleLength } from '../../messages/rooms.ts';
import type { IncomingMessage } from '../../networks/network.ts';
import { fromHex, toHex } from '../../protocol/bytes.ts';
import type { MetMessage } from '../../protocol/copies.ts';
import { decodeEnvelope, decodeWire } from '../../protocol/envelope.ts';
import { ProtocolError } from '../../protocol/error.ts';
import { type Candidate, readCandidate, rememberKey } from '../../protocol/recognise.ts';
import { canonicalText, contentHash } from '../../protocol/text.ts';

/**
 * What is kept of a message with an envelope that this browser has met, of everybody alike: the page's own cache loses the envelope.
 * Nothing here says whose message it is, and its text is not kept.
 */
export interface LoggedMessage extends MetMessage {
	/** unix seconds, messageTime (docs/protocol.md §0) */
	time: number;
	/** contentHash, hex */
	content: string;
	/** the room's archive showed it to a guest; what only a page handed over may be made up */
	archived?: true;
	/** other words came under the same id and author, as a nick is free once its owner has left: which of them a page shows nobody can tell */
	contested?: true;
	/** it lay on disk, and was not met since the browser was started */
	fromDisk?: true;
}

/** A name longer than any honest one is not worth keeping. */
const nameLimit = 1500;

/** What is kept of a message; null when it is no bauta message, or its names are too long. */
export function loggedForm(message: IncomingMessage): LoggedMessage | null {
	const candidate = readCandidate(message);
	const { room, id, author, time, authorKey } = message;
	if (!candidate || id.length + author.length > nameLimit) return null;
	const content = toHex(candidate.contentHash);
	return { room, id, author, time, wire: candidate.wire, content, ...(authorKey ? { authorKey: toHex(authorKey) } : {}) };
}

/** Whether two messages of a room go by the same id and author, which pages know them by. */
export const areNamesakes = (one: Pick<LoggedMessage, 'id' | 'author'>, other: Pick<LoggedMessage, 'id' | 'author'>): boolean =>
	one.id === other.id && one.author === other.author;

/** contentHash of what a message says, with an envelope or without, hex; null where it says nothing. */
export function contentOf({ room, bodies, replyTo }: IncomingMessage): string | null {
	const [text] = bodies;
	if (text === undefined || bodies.length !== 1) return null;
	try {
		return toHex(contentHash(room, canonicalText(text), replyTo));
	} catch (thrown) {
		if (thrown instanceof ProtocolError) return null;
		throw thrown;
	}
}

/**
 * What a page asks by whether a message is the user's own: ten bytes of what tells messages apart (docs/protocol.md §8), in hex. It follows from
 * what everybody sees.
 */
export const handleOf = (message: LoggedMessage): string => rememberKey(candidateOf(message)).slice(0, handleLength);

/** The candidate that a kept message was. */
export function candidateOf({ room, time, wire, content, authorKey }: LoggedMessage): Candidate {
	const { envelope: bytes, signature } = decodeWire(wire, authorKey === undefined);
	const envelope = decodeEnvelope(bytes);
	return { room, time, wire, contentHash: fromHex(content), bytes, envelope, signature, authorKey: authorKey ? fromHex(authorKey) : null };
}
