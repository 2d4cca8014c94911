import { faultOf } from '../../messages/errors.ts';
import type { RoomRef } from '../../messages/rooms.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { isUnlocked, onLock, requireUnlocked, withKey } from '../state/lock.ts';
import { SessionValue } from '../state/session-value.ts';
import { siteRoom } from '../state/site-room.ts';
import { hasRecord, readRecord, removeRecord, setRecordAside, writeRecord } from '../state/vault.ts';
import type { Entry } from './entry.ts';
import { type OutboxEvent, transition } from './transitions.ts';

/** The name of the record that it is stored as. */
export const outboxRecord = 'outbox';
let entries: Promise<Entry[]> | null = null;
const changes = new SerialQueue();

onLock(() => {
	entries = null;
});

/** How many entries each room of each site has, in memory, for the time when the vault is locked. Numbers only, and no word of a message. */
const counts = new SessionValue<Record<string, number> | null>('outbox-counts', null);
const countName = (site: string, { network, address }: RoomRef): string => siteRoom(site, `${network} ${address}`);

async function countEntries(all: Entry[]): Promise<void> {
	const byRoom: Record<string, number> = {};
	for (const { room, hints } of all) {
		const name = countName(hints.origin, room);
		byRoom[name] = (byRoom[name] ?? 0) + 1;
	}
	// a memory that is full must not make what was written on the disk a failure
	await counts.set(byRoom).catch(() => {});
}

async function loadAndCount(): Promise<Entry[]> {
	const all = await load();
	await countEntries(all);
	return all;
}

async function load(): Promise<Entry[]> {
	try {
		return ((await withKey((key) => readRecord(key, outboxRecord))) ?? []) as Entry[];
	} catch (thrown) {
		if (faultOf(thrown).code !== 'record-broken') throw thrown;
		// the record belongs to a vault that was set aside, or is damaged: it is kept as it is, under another name
		await setRecordAside(outboxRecord);
		return [];
	}
}

/** Entries in the order they were written. Throws `vault-locked`. The caller does not change them. */
export async function readOutbox(): Promise<Entry[]> {
	await requireUnlocked();
	entries ??= loadAndCount().catch((thrown) => {
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
		if (copy.length === 0) await removeRecord(outboxRecord);
		else await withKey((key) => writeRecord(key, outboxRecord, copy));
		if (await isUnlocked()) entries = Promise.resolve(copy);
		await countEntries(copy);
		return result;
	});
}

/**
 * Lets an event happen to an entry and writes down what becomes of it (`after`: null where it is gone). Returns null, and changes nothing,
 * where the entry is not there or the event does not apply to its state. Throws `vault-locked`.
 */
export function applyEvent(id: string, event: OutboxEvent): Promise<{ before: Entry; after: Entry | null } | null> {
	return changeOutbox((all) => {
		const index = all.findIndex((entry) => entry.id === id);
		const before = all[index];
		if (!before) return null;
		const after = transition(before, event);
		if (after === before) return null;
		all.splice(index, 1, ...(after ? [after] : []));
		return structuredClone({ before, after });
	});
}

/** Whether something waits, told without the key: an outbox on disk is never empty. */
export const somethingWaits = (): Promise<boolean> => hasRecord(outboxRecord);

/**
 * How many messages of this room, as written on this site, are in the outbox, told without the key; without a room, those of all.
 * Null: there are some, and how many and where is not known, as the browser was started anew since.
 */
export async function countWaiting(site?: string, room?: RoomRef): Promise<number | null> {
	if (!(await somethingWaits())) return 0;
	const byRoom = await counts.get();
	if (!byRoom) return null;
	return site !== undefined && room ? (byRoom[countName(site, room)] ?? 0) : Object.values(byRoom).reduce((sum, count) => sum + count, 0);
}
