import type { WaitingState } from '../../messages/composer.ts';
import { errorRecord } from '../../messages/errors.ts';
import type { Fault, Mode, RoomRef } from '../../messages/rooms.ts';
import type { Hints, Sealed } from '../../networks/network.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { onLock, requireKey, vaultKey } from '../state/lock.ts';
import { SessionValue } from '../state/session-value.ts';
import { hasRecord, readRecord, readRecordsAside, removeRecord, removeRecordsAside, setRecordAside, writeRecord } from '../state/vault.ts';

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
	state: WaitingState | 'handed';
	/** bytes as handed to the transport, and the slot they were made in */
	sealed: (Omit<Sealed, 'author'> & { slot: number; at: number }) | null;
	fault: Fault | null;
}

const record = 'outbox';
let entries: Promise<Entry[]> | null = null;
const changes = new SerialQueue();

onLock(() => {
	entries = null;
});

/** How many entries each room has, in memory, for the time when the outbox cannot be read: numbers, and no word of a message. */
const counts = new SessionValue<Record<string, number> | null>('outbox-counts', null);
const countName = ({ network, address }: RoomRef): string => `${network} ${address}`;

async function count(all: Entry[]): Promise<void> {
	const found: Record<string, number> = {};
	for (const { room } of all) found[countName(room)] = (found[countName(room)] ?? 0) + 1;
	await counts.set(found);
}

async function load(): Promise<Entry[]> {
	const found = await loadEntries();
	await count(found);
	return found;
}

async function loadEntries(): Promise<Entry[]> {
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
	return changes.run(async () => {
		const copy = structuredClone(await readOutbox());
		const result = change(copy);
		if (copy.length === 0) await removeRecord(record);
		else await writeRecord(await requireKey(), record, copy);
		if (await vaultKey()) entries = Promise.resolve(copy);
		await count(copy);
		return result;
	});
}

/** An entry of another vault: nothing of it is sent by itself, as it would now leave under the identity that is in use here. */
function brought({ order: _, ...entry }: Entry): Entry {
	if (entry.state === 'failed' || entry.state === 'unsure') return entry;
	if (entry.state === 'handed') return { ...entry, state: 'unsure', fault: { code: 'outbox-unsure', detail: '' } };
	return { ...entry, state: 'failed', sealed: null, fault: { code: 'outbox-aside', detail: '' } };
}

/**
 * Takes over the messages that waited in a vault which was set aside. Returns how many.
 * @param key of that vault, 32 bytes
 */
export async function takeOutboxAside(key: Uint8Array): Promise<number> {
	// puts aside what may still lie in the outbox's own place
	await readOutbox();
	const found = await readRecordsAside(key, record);
	if (found.length === 0) return 0;
	const taken = await changeOutbox((all) => {
		const known = new Set(all.map(({ id }) => id));
		const fresh = found.flatMap(({ value }) => value as Entry[]).filter(({ id }) => !known.has(id) && known.add(id));
		all.push(...fresh.map(brought));
		return fresh.length;
	});
	// only now: who dies in between finds it again
	const places = found.map(({ place }) => place);
	await removeRecordsAside(record, places);
	return taken;
}

/** Whether something waits, told without the key: an outbox on disk is never empty. */
export const somethingWaits = (): Promise<boolean> => hasRecord(record);

/**
 * How many messages of this room, or of all rooms, are in the outbox, told without the key.
 * Null: there are some, and how many and where is not known, as the browser was started anew since.
 */
export async function countWaiting(room?: RoomRef): Promise<number | null> {
	if (!(await somethingWaits())) return 0;
	const known = await counts.get();
	if (!known) return null;
	return room ? (known[countName(room)] ?? 0) : Object.values(known).reduce((sum, one) => sum + one, 0);
}
