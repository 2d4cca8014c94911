import type { Fault, Mode, RoomRef, WaitingState } from '../messages.ts';
import type { Hints, Sealed } from '../networks/network.ts';
import { errorRecord } from '../platform/error.ts';
import { onLock, requireKey, vaultKey } from './lock.ts';
import { hasRecord, readRecord, removeRecord, setRecordAside, writeRecord } from './vault.ts';

/**
 * `waiting`: nothing left this device. `handed`: the bytes were fixed and may have left. `failed`, `unsure`: the user decides.
 * A worker may die in any of these states and goes on from it.
 */
export interface Entry {
	id: string;
	/** the composer's name for this send, by which it may ask once more; entries of before have none */
	order?: string;
	/** what the page gave away about the way to its server; kept, as the tab may be gone when this is posted */
	hints: Hints;
	room: RoomRef;
	text: string;
	replyTo: string;
	mode: Mode;
	/** unix ms before which it is not posted */
	due: number;
	tries: number;
	state: Exclude<WaitingState, 'locked'> | 'handed';
	/** bytes as handed to the transport, and the slot they were made in */
	sealed: (Omit<Sealed, 'author'> & { slot: number; at: number }) | null;
	fault: Fault | null;
}

const record = 'outbox';
let entries: Promise<Entry[]> | null = null;
let queue: Promise<unknown> = Promise.resolve();

onLock(() => {
	entries = null;
});

async function load(): Promise<Entry[]> {
	const key = await requireKey();
	try {
		return ((await readRecord(key, record)) ?? []) as Entry[];
	} catch (thrown) {
		if (errorRecord(thrown).code !== 'record-broken') throw thrown;
		// of a vault that was set aside, or damaged: kept as it is, beside
		await setRecordAside(record);
		return [];
	}
}

/** Entries in the order they were written. Throws `vault-locked`. The caller does not change them. */
export async function readOutbox(): Promise<Entry[]> {
	await requireKey();
	entries ??= load().catch((thrown) => {
		entries = null;
		throw thrown;
	});
	return entries;
}

/** Changes a copy, writes it encrypted, and only then makes it current. An empty outbox leaves nothing on disk. */
export function changeOutbox<R>(change: (entries: Entry[]) => R): Promise<R> {
	const next = queue.then(async () => {
		const copy = structuredClone(await readOutbox());
		const result = change(copy);
		if (copy.length === 0) await removeRecord(record);
		else await writeRecord(await requireKey(), record, copy);
		if (await vaultKey()) entries = Promise.resolve(copy);
		return result;
	});
	queue = next.catch(() => {});
	return next;
}

/** Whether something waits, told without the key: an outbox on disk is never empty. */
export const somethingWaits = (): Promise<boolean> => hasRecord(record);
