import { waitFor } from '../../platform/random-time.ts';
import { unlessAborted } from '../../platform/time-limit.ts';
import { requireAccess } from '../access/room-access.ts';
import { lockSignal } from '../state/lock.ts';
import type { ArchiveAnswer } from './archive-answer.ts';
import { announceChange } from './changes.ts';
import { freshDelay } from './delay.ts';
import { askArchive } from './delivery.ts';
import type { Entry } from './entry.ts';
import { recordDelivery } from './record-delivery.ts';
import { applyEvent } from './store.ts';
import type { OutboxEvent } from './transitions.ts';

/** Bytes that were on their way when a worker died need a moment to show in the archive. */
const settleMs = 5000;

/** Ids of entries whose archive is being asked: two that ask at once would each send the message again. */
const inQuestion = new Set<string>();

/** Waits a moment and asks the room's archive for an entry's bytes. A room that is closed or out of reach is `silent`. */
async function askLater(entry: Entry, signal: AbortSignal): Promise<ArchiveAnswer> {
	try {
		const access = await unlessAborted(requireAccess(entry.room, entry.hints, entry.access), signal);
		await waitFor(settleMs, signal);
		return await askArchive(entry, access, entry.hints, signal);
	} catch {
		return 'silent';
	}
}

async function recordAnswer({ id, room, hints }: Entry, answer: ArchiveAnswer): Promise<void> {
	const event: OutboxEvent = { kind: 'archive', answer, ...(await freshDelay()) };
	if (answer === 'there') return recordDelivery({ id, room, hints }, event);
	await applyEvent(id, event);
	announceChange({ site: hints.origin, room });
}

/**
 * Nobody knows whether an entry's bytes left: the archive is asked, and where that is silent, the user. Does nothing while it is asked
 * already. A lock ends it; it begins anew at the unlock.
 */
export async function resolveUnknownOutcome(entry: Entry): Promise<void> {
	if (inQuestion.has(entry.id)) return;
	inQuestion.add(entry.id);
	const signal = lockSignal();
	try {
		const answer = await askLater(entry, signal);
		if (!signal.aborted) await recordAnswer(entry, answer);
	} finally {
		inQuestion.delete(entry.id);
	}
}
