import type { IncomingMessage } from '../../networks/network.ts';
import { slotOf } from '../../protocol/envelope.ts';
import type { StoredBytes } from './entry.ts';

/** Whether a room's archive holds certain bytes. `silent`: it cannot tell, or could not be read. */
export type ArchiveAnswer = 'there' | 'not-there' | 'silent';

/** How many messages are read of an archive. */
export const archiveLimit = 50;
/** How long after a delivery a short list of messages still counts as all that was said since, s. */
const recentSeconds = 1200;
/** The transport's clock may differ from the archive's by this much, s. */
const skewSeconds = 60;

/**
 * What the newest messages of an archive say of these bytes. Where even the oldest message of a full list is younger than the bytes, the list
 * says nothing: the room may be busy, somebody may flood it, or the archive may forget. `not-there` would then send the message twice.
 * Where a room has several archives (Nostr), one without the bytes does not speak for the others. Inside the slot that does not matter, as
 * the very same bytes would leave again.
 * @param now unix seconds
 */
export function archiveAnswer(
	{ wire, at, slot }: StoredBytes,
	severalArchives: boolean,
	messages: readonly IncomingMessage[],
	now: number,
): ArchiveAnswer {
	if (messages.some(({ wires }) => wires[0] === wire)) return 'there';
	if (severalArchives && slotOf(now) !== slot) return 'silent';
	if (messages.some(({ time }) => time < at - skewSeconds)) return 'not-there';
	return messages.length < archiveLimit && Math.abs(now - at) < recentSeconds ? 'not-there' : 'silent';
}
