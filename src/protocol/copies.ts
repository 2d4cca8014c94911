/** A message as a reader remembers it, to tell copies of it. */
export interface MetMessage {
	/** canonical room id */
	room: string;
	/** the transport's own message id, and the author as the transport names them: together they say which message of the room it is */
	id: string;
	author: string;
	/** b64 wire form (docs/protocol.md §6), of which there is one way to write the same bytes */
	wire: string;
	/** hex of 33 bytes, where the transport's own signature names the author (Nostr) */
	authorKey?: string;
}

/**
 * Whether two messages of a room have the same bytes. Where the transport's own signature names the author, the author key is among these
 * bytes: the seal is bound to it, so the same envelope under another key is another author's message. So nobody can push a message out by
 * reposting its envelope under a key of their own, dated back.
 */
export function hasSameBytes(one: MetMessage, other: MetMessage): boolean {
	return one.room === other.room && one.wire === other.wire && one.authorKey === other.authorKey;
}

/**
 * A second message in a room with the same bytes is a copy of the first, for every reader alike: nothing (docs/protocol.md §8). The same
 * message met again is no copy of itself.
 */
export function isCopy(message: MetMessage, first: MetMessage): boolean {
	return hasSameBytes(message, first) && (message.id !== first.id || message.author !== first.author);
}
