import { requireAccess } from '../access/room-access.ts';
import type { ArchiveAnswer } from './archive-answer.ts';
import { askArchive } from './delivery.ts';
import type { Entry } from './entry.ts';

/** Bytes that were on their way when a worker died need a moment to show in the archive. */
const settleMs = 5000;

/** Ids of entries whose archive is being asked: two that ask at once would each send the message again. */
const inQuestion = new Set<string>();

/** Waits a moment and asks the room's archive for an entry's bytes. A room that is closed or out of reach is `silent`. */
async function askLater(entry: Entry): Promise<ArchiveAnswer> {
	try {
		const access = await requireAccess(entry.room, entry.hints);
		await new Promise((resolve) => setTimeout(resolve, settleMs));
		return await askArchive(entry, access, entry.hints);
	} catch {
		return 'silent';
	}
}

/** Asks after an entry of which nobody knows whether its bytes left, and hands the answer on. Does nothing where that is asked already. */
export async function resolveUnknownOutcome(entry: Entry, record: (answer: ArchiveAnswer) => Promise<void>): Promise<void> {
	if (inQuestion.has(entry.id)) return;
	inQuestion.add(entry.id);
	try {
		await record(await askLater(entry));
	} finally {
		inQuestion.delete(entry.id);
	}
}
