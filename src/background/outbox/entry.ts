import type { WaitingState } from '../../messages/composer.ts';
import type { Fault, Mode, RoomRef } from '../../messages/rooms.ts';
import type { AnsweredMessage } from '../../networks/answered.ts';
import type { Hints, OpenAccess, Sealed } from '../../networks/network.ts';

/**
 * Bytes as they were handed to the transport, without the author: who signs on Nostr lives only as long as the delivery.
 * `slot`: the ten minutes they were made for (docs/protocol.md §0). `at`: unix seconds when they were made.
 */
export type StoredBytes = Omit<Sealed, 'author'> & { slot: number; at: number };

/**
 * One message on its way out, as it is stored.
 * `waiting`, `retrying`: it leaves when it is due. `sending`: nothing has left this device yet. `handed`: the bytes are fixed and may have left.
 * `failed`, `unsure`: the user decides. The worker may die in any of these states; the next one goes on from there.
 */
export interface Entry {
	/** UUID */
	id: string;
	/** the composer's name for this send, by which it may ask once more; entries of earlier versions have none */
	order?: string;
	/** what the page gave away about the route to its server; kept, as the tab may be gone when this leaves. `origin` is the entry's site */
	hints: Hints;
	room: RoomRef;
	/** canonical text (docs/protocol.md §4) */
	text: string;
	/** exact id of the message that it answers, or '' */
	replyTo: string;
	/** that message as it was named; entries of earlier versions have none, and the room is asked for the id alone */
	original?: AnsweredMessage;
	mode: Mode;
	/** in mode persona: the room's id, or `label:` and the label of a voice (docs/protocol.md §3) */
	scope?: string;
	/** the number of that voice, as the user saw it when sending; null: it had no key yet. Absent: whichever speaks, as the user asked once more */
	n?: number | null;
	/** when it leaves at the earliest, by `steadyNow` (state/steady-now.ts) */
	due: number;
	/** how often it was tried since the user last asked for it */
	tries: number;
	/** how the room was open when this was taken in: no look is needed to send it; entries of earlier versions have none */
	access?: OpenAccess;
	/** how often it was put off because the account spoke in its room; absent: never */
	holds?: number;
	/** how often a guest came to the room for it in vain since the user last asked for it; absent: never */
	visits?: number;
	/** how often in a row it was put off because it was overdue */
	lates?: number;
	state: WaitingState | 'handed';
	sealed: StoredBytes | null;
	fault: Fault | null;
}
