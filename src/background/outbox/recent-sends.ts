import { SessionValue } from '../state/session-value.ts';
import type { Entry } from './entry.ts';

/** The entries that the last sends became, in memory: one that was delivered meanwhile is in the outbox no more. */
const recentSends = new SessionValue<{ order: string; id: string }[]>('orders', []);
const sendsLimit = 100;

/**
 * Notes which entry a send became; `order` names the user's wish to send. To be called before the entry can leave the outbox, or a composer that
 * lost the answer would send it once more. `SessionValue` keeps the note for this worker's life also where the storage is full.
 */
export async function noteSend({ order, id }: Pick<Entry, 'order' | 'id'>): Promise<void> {
	if (order === undefined) return;
	await recentSends
		.update((all) => {
			if (all.some((send) => send.id === id)) return;
			all.push({ order, id });
			all.splice(0, all.length - sendsLimit);
		})
		.catch(() => {});
}

/** The id of the entry that one of the last sends became. */
export const recentSend = async (order: string): Promise<string | undefined> =>
	(await recentSends.get()).find((send) => send.order === order)?.id;
