import type { IncomingMessage } from '../../networks/network.ts';
import { hasSameBytes, isCopy } from '../../protocol/copies.ts';
import { onUnlock, vaultKey } from '../state/lock.ts';
import { SessionValue } from '../state/session-value.ts';
import { readRecord, writeRecord } from '../state/vault.ts';
import { type LoggedMessage, loggedForm } from './logged-message.ts';

/*
 * The messages that this browser has met, by room: in memory while the browser runs, on disk as one encrypted record.
 */

/** Messages kept of one room: a day of a busy one. Older messages are read from the archive again. */
const roomLimit = 300;
const roomsLimit = 40;
/**
 * Bytes of one room, and of the record on disk. Both stores end at 10 MB, which the vault, its key and the outbox share: who floods rooms
 * with long names must not crowd them out.
 */
const roomBytes = 150_000;
const recordBytes = 2_500_000;
const record = 'log';
const persistDelay = 2000;

interface Index {
	/** whether the record on disk was taken in */
	loaded: boolean;
	/** rooms, the one met last at the end */
	rooms: string[];
	/** unix ms of the last archive read, by room */
	archives: Record<string, number>;
}
const index = new SessionValue<Index>('log', { loaded: false, rooms: [], archives: {} });
const logs = new Map<string, SessionValue<LoggedMessage[]>>();
let timer: ReturnType<typeof setTimeout> | undefined;

function logOf(room: string): SessionValue<LoggedMessage[]> {
	const log = logs.get(room) ?? new SessionValue<LoggedMessage[]>(`log:${room}`, []);
	logs.set(room, log);
	return log;
}

/** Messages by room, in their order. */
function byRoom(messages: LoggedMessage[]): Map<string, LoggedMessage[]> {
	const rooms = new Map<string, LoggedMessage[]>();
	for (const message of messages) rooms.set(message.room, [...(rooms.get(message.room) ?? []), message]);
	return rooms;
}

const encoder = new TextEncoder();
const bytesOf = (message: LoggedMessage): number => encoder.encode(JSON.stringify(message)).length;

/** The last ones, as many as fit. */
function newest(messages: LoggedMessage[], most: number, bytes: number): LoggedMessage[] {
	let from = messages.length;
	for (let sum = 0; from > 0 && messages.length - from < most; from--) {
		sum += bytesOf(messages[from - 1] as LoggedMessage);
		if (sum > bytes) break;
	}
	return messages.slice(from);
}

/**
 * Adds a message to its room's log. Returns it as it is kept; null where it is a copy of another, or where another message has its id and
 * author: the page's labels go by these two.
 */
function addTo(log: LoggedMessage[], message: LoggedMessage): LoggedMessage | null {
	const { id, author } = message;
	const earlier = log.find((candidate) => hasSameBytes(candidate, message) || (candidate.id === id && candidate.author === author));
	if (earlier) return hasSameBytes(earlier, message) && !isCopy(message, earlier) ? earlier : null;
	log.push(message);
	return message;
}

/** Adds messages to the log of their room. Returns those that count, as they are kept, and whether one of them is new. */
async function addToRoom(room: string, messages: LoggedMessage[]): Promise<{ messages: LoggedMessage[]; hasNew: boolean }> {
	const result = await logOf(room).update((log) => {
		const before = log.length;
		const counting = messages.map((message) => addTo(log, message)).filter((message) => message !== null);
		const hasNew = log.length > before;
		log.splice(0, log.length - newest(log, roomLimit, roomBytes).length);
		return { messages: counting, hasNew };
	});
	if (result.hasNew) await noteRoom(room);
	return result;
}

/** Notes a room as the one met last. Of too many those met least lately are forgotten. */
async function noteRoom(room: string): Promise<void> {
	const surplus = await index.update((all) => {
		all.rooms = [...all.rooms.filter((name) => name !== room), room];
		return all.rooms.splice(0, Math.max(0, all.rooms.length - roomsLimit));
	});
	for (const name of surplus) await logOf(name).set([]);
}

async function persist(): Promise<void> {
	const key = await vaultKey();
	if (!key) return;
	const { rooms, archives } = await index.get();
	const messages = await Promise.all(rooms.map((room) => logOf(room).get()));
	await writeRecord(key, record, { messages: newest(messages.flat(), Number.POSITIVE_INFINITY, recordBytes), archives });
}

function persistSoon(): void {
	clearTimeout(timer);
	timer = setTimeout(() => void persist().catch(() => {}), persistDelay);
}

async function load(): Promise<void> {
	const key = await vaultKey();
	if (!key || (await index.get()).loaded) return;
	// a broken log is only a cache: it is read again from the archives
	const contents = await readRecord(key, record).catch(() => null);
	const { messages, archives } = (contents ?? { messages: [], archives: {} }) as {
		messages: LoggedMessage[];
		archives: Record<string, number>;
	};
	await index.update((all) => {
		all.archives = { ...archives, ...all.archives };
		all.loaded = true;
	});
	for (const [room, ofRoom] of byRoom(messages)) await addToRoom(room, ofRoom);
}
onUnlock(load);

/**
 * Adds messages that were met. Returns them as they are kept, without copies. What was met before is returned again: another tab of the room
 * may not have been told of it, nor the same one if the background ended between the two.
 */
export async function rememberMessages(messages: IncomingMessage[]): Promise<LoggedMessage[]> {
	const fresh = messages.map(loggedForm).filter((message) => message !== null);
	// relays and archives answer in any order; of a message and its copy, the earlier one is the message
	fresh.sort((one, other) => one.time - other.time);
	if (fresh.length === 0) return [];
	await load();
	const all: LoggedMessage[] = [];
	for (const [room, ofRoom] of byRoom(fresh)) {
		const { messages: counting, hasNew } = await addToRoom(room, ofRoom);
		all.push(...counting);
		if (hasNew) persistSoon();
	}
	return all;
}

/** Every message that was met in a room, by its canonical id. */
export async function messagesOf(room: string): Promise<LoggedMessage[]> {
	await load();
	return logOf(room).get();
}

/** Whether the room's public archive may be read now: at most once per room and day (THREATS.md N10). Marks it as read. */
export async function mayReadArchive(room: string): Promise<boolean> {
	await load();
	const may = await index.update((all) => {
		if (Date.now() - (all.archives[room] ?? 0) < 24 * 3600_000) return false;
		all.archives[room] = Date.now();
		return true;
	});
	if (may) persistSoon();
	return may;
}
