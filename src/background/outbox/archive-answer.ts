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
 * What the newest messages of an archive say of these bytes. A list that ends after the bytes were made says nothing: a busy room, somebody
 * who floods it, or an archive that forgets would make the message go out twice. Where a room has several archives, some do not speak for
 * the others; inside the slot that does not matter, as the very same bytes would leave again.
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
