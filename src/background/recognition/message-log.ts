import type { IncomingMessage } from '../../networks/network.ts';
import { fromHex, toHex } from '../../protocol/bytes.ts';
import { decodeEnvelope, decodeWire } from '../../protocol/envelope.ts';
import { type Candidate, readCandidate } from '../../protocol/recognise.ts';
import { onUnlock, vaultKey } from '../state/lock.ts';
import { SessionValue } from '../state/session-value.ts';
import { readRecord, writeRecord } from '../state/vault.ts';

/**
 * A message with an envelope that this browser has met, of everybody alike: the page's own cache loses the envelope, so Bauta
 * keeps it. Nothing here says whose it is, and its text is not kept. In memory while the browser runs; on disk as one encrypted record.
 */
export interface LoggedMessage {
	room: string;
	id: string;
	author: string;
	/** unix seconds, messageTime */
	time: number;
	wire: string;
	/** contentHash, hex */
	content: string;
	/** hex, where the transport's own signature names the author */
	authorKey?: string;
}

/** A day of a busy room; more is read from the archive again. */
const roomLimit = 300;
const roomsLimit = 40;
/** A name longer than any honest one is not worth keeping. */
const nameLimit = 1500;
/**
 * Bytes of one room, and of the record on disk. Both stores end at 10 MB, which the vault, its key and the outbox share: who floods rooms
 * with long names must not take their place.
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

/** What is kept of a message, or null when it is no bauta message. */
function logged(message: IncomingMessage): LoggedMessage | null {
	const candidate = readCandidate(message);
	const { room, id, author, time, authorKey } = message;
	const [wire] = message.wires;
	if (!candidate || wire === undefined || id.length + author.length > nameLimit) return null;
	const content = toHex(candidate.contentHash);
	return { room, id, author, time, wire, content, ...(authorKey ? { authorKey: toHex(authorKey) } : {}) };
}

/** Messages by room, in their order. */
function byRoom(messages: LoggedMessage[]): Map<string, LoggedMessage[]> {
	const rooms = new Map<string, LoggedMessage[]>();
	for (const message of messages) rooms.set(message.room, [...(rooms.get(message.room) ?? []), message]);
	return rooms;
}

/** The candidate that a kept message was. */
export function candidateOf({ room, time, wire, content, authorKey }: LoggedMessage): Candidate {
	const { envelope: bytes, signature } = decodeWire(wire, authorKey === undefined);
	const envelope = decodeEnvelope(bytes);
	return { room, time, wire, contentHash: fromHex(content), bytes, envelope, signature, authorKey: authorKey ? fromHex(authorKey) : null };
}

/**
 * Met before, or a copy: the same wire bytes once more are nothing, for every reader alike (docs/protocol.md §8). Where the transport's own
 * signature names the author (Nostr), the same bytes under another key are another author's message: whoever reposts somebody's envelope
 * under a key of their own, dated back, must not take the place of the original.
 */
const knownAs = (log: LoggedMessage[], { id, author, wire, authorKey }: LoggedMessage): LoggedMessage | undefined =>
	log.find((one) => (one.wire === wire && one.authorKey === authorKey) || (one.id === id && one.author === author));

const isSame = (one: LoggedMessage, other: LoggedMessage): boolean =>
	one.wire === other.wire && one.authorKey === other.authorKey && one.id === other.id && one.author === other.author;

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

/** Returns the messages as they are kept, without copies; `more` is whether one of them is new. */
async function add(room: string, messages: LoggedMessage[]): Promise<{ met: LoggedMessage[]; more: boolean }> {
	const added = await logOf(room).update((log) => {
		const met: LoggedMessage[] = [];
		let more = false;
		for (const message of messages) {
			const before = knownAs(log, message);
			if (before) {
				if (isSame(before, message)) met.push(before);
				continue;
			}
			log.push(message);
			met.push(message);
			more = true;
		}
		log.splice(0, log.length - newest(log, roomLimit, roomBytes).length);
		return { met, more };
	});
	if (!added.more) return added;
	const dropped = await index.update((all) => {
		all.rooms = [...all.rooms.filter((name) => name !== room), room];
		return all.rooms.splice(0, Math.max(0, all.rooms.length - roomsLimit));
	});
	for (const name of dropped) await logOf(name).set([]);
	return added;
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
	const read = await readRecord(key, record).catch(() => null);
	const { messages, archives } = (read ?? { messages: [], archives: {} }) as {
		messages: LoggedMessage[];
		archives: Record<string, number>;
	};
	await index.update((all) => {
		all.archives = { ...archives, ...all.archives };
		all.loaded = true;
	});
	for (const [room, kept] of byRoom(messages)) await add(room, kept);
}
onUnlock(load);

/**
 * Adds what was met; returns it as it is kept, without copies. What was known before is given again: another tab of the room may not have
 * been told of it, nor the same one if the background ended between the two.
 */
export async function remember(messages: IncomingMessage[]): Promise<LoggedMessage[]> {
	const kept = messages.map(logged).filter((message) => message !== null);
	// relays and archives begin where they like: of a message and its copy the earlier one is the message
	kept.sort((one, other) => one.time - other.time);
	if (kept.length === 0) return [];
	await load();
	const all: LoggedMessage[] = [];
	for (const [room, ofRoom] of byRoom(kept)) {
		const { met, more } = await add(room, ofRoom);
		all.push(...met);
		if (more) persistSoon();
	}
	return all;
}

/** Every message known of a room. */
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
