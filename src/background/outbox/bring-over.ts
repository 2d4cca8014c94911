import { readRecordsAside, removeRecordsAside } from '../state/records-aside.ts';
import type { Entry } from './entry.ts';
import { changeOutbox, outboxRecord, readOutbox } from './store.ts';
import { transition } from './transitions.ts';

/** An entry of another vault as it comes into this outbox. Its `order` is left out: it belongs to a composer of that vault. */
function bringOver({ order: _, ...entry }: Entry): Entry[] {
	const brought = transition(entry, { kind: 'brought-over' });
	return brought ? [brought] : [];
}

/**
 * Takes over the messages that waited in a vault which was set aside. Returns how many.
 * @param key of that vault, 32 bytes
 */
export async function takeOutboxAside(key: Uint8Array): Promise<number> {
	// sets aside what may still lie where the outbox is kept
	await readOutbox();
	const records = await readRecordsAside(key, outboxRecord);
	if (records.length === 0) return 0;
	const count = await changeOutbox((all) => {
		const ids = new Set(all.map(({ id }) => id));
		const fresh = records.flatMap(({ value }) => value as Entry[]).filter(({ id }) => !ids.has(id) && ids.add(id));
		all.push(...fresh.flatMap(bringOver));
		return fresh.length;
	});
	// removed last: if the worker dies before this, they are still there for another try
	await removeRecordsAside(
		outboxRecord,
		records.map(({ storageKey }) => storageKey),
	);
	return count;
}
