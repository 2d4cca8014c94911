import type { IncomingMessage } from '../networks/network.ts';
import { fromHex, toHex } from '../protocol/bytes.ts';
import { onUnlock, vaultKey } from './lock.ts';
import { SessionValue } from './session-store.ts';
import { readRecord, writeRecord } from './vault.ts';

/**
 * Messages with an envelope that this browser has met, of everybody alike: the page's own cache loses the envelope, so
 * Bauta keeps it. Nothing here says whose a message is. In memory while the browser runs; on disk encrypted, as one record.
 */
export interface LoggedMessage extends Omit<IncomingMessage, 'authorKey'> {
	authorKey?: string;
}

const roomLimit = 300;
const roomsLimit = 50;
const record = 'log';

const memory = new SessionValue<{ loaded: boolean; rooms: Record<string, LoggedMessage[]>; archives: Record<string, number> }>('log', {
	loaded: false,
	rooms: {},
	archives: {},
});

let timer: ReturnType<typeof setTimeout> | undefined;

const sameMessage = (a: LoggedMessage, b: LoggedMessage): boolean => a.id === b.id && a.author === b.author;
const sameWire = (a: LoggedMessage, b: LoggedMessage): boolean => a.wires.length === 1 && b.wires.length === 1 && a.wires[0] === b.wires[0];

export function logged(message: IncomingMessage): LoggedMessage {
	const { authorKey, ...rest } = message;
	return authorKey ? { ...rest, authorKey: toHex(authorKey) } : rest;
}
export function incoming(message: LoggedMessage): IncomingMessage {
	const { authorKey, ...rest } = message;
	return authorKey ? { ...rest, authorKey: fromHex(authorKey) } : rest;
}

/**
 * Adds messages and returns those that are new. A second message with the same wire bytes is a copy, for every reader
 * alike (PROTOCOL.md §8), and is left out; the same message met again (live, then in the archive) changes nothing.
 */
function add(rooms: Record<string, LoggedMessage[]>, messages: LoggedMessage[]): LoggedMessage[] {
	const added: LoggedMessage[] = [];
	for (const message of messages) {
		rooms[message.room] ??= [];
		const room = rooms[message.room] as LoggedMessage[];
		if (room.some((one) => sameMessage(one, message) || sameWire(one, message))) continue;
		room.push(message);
		added.push(message);
		if (room.length > roomLimit) room.splice(0, room.length - roomLimit);
	}
	const names = Object.keys(rooms);
	for (const name of names.slice(0, Math.max(0, names.length - roomsLimit))) delete rooms[name];
	return added;
}

async function persist(): Promise<void> {
	const key = await vaultKey();
	if (!key) return;
	const { rooms, archives } = await memory.get();
	await writeRecord(key, record, { rooms, archives });
}

function persistSoon(): void {
	clearTimeout(timer);
	timer = setTimeout(() => void persist().catch(() => {}), 2000);
}

async function load(): Promise<void> {
	const key = await vaultKey();
	if (!key || (await memory.get()).loaded) return;
	// a broken log is only a cache: it is read again from the archives
	const read = await readRecord(key, record).catch(() => null);
	const stored = (read ?? { rooms: {}, archives: {} }) as { rooms: Record<string, LoggedMessage[]>; archives: Record<string, number> };
	await memory.update((now) => {
		const live = now.rooms;
		now.rooms = stored.rooms;
		for (const messages of Object.values(live)) add(now.rooms, messages);
		now.archives = { ...stored.archives, ...now.archives };
		now.loaded = true;
	});
}
onUnlock(load);

/** Adds what was met; returns what was not known before. */
export async function remember(messages: IncomingMessage[]): Promise<LoggedMessage[]> {
	if (messages.length === 0) return [];
	await load();
	const added = await memory.update((now) => add(now.rooms, messages.map(logged)));
	if (added.length > 0) persistSoon();
	return added;
}

/** Every message known of a room. */
export async function messagesOf(room: string): Promise<LoggedMessage[]> {
	await load();
	return (await memory.get()).rooms[room] ?? [];
}

/** Whether the room's public archive may be read now: at most once per room and day (LEAKS N10). Marks it as read. */
export async function mayReadArchive(room: string): Promise<boolean> {
	await load();
	const may = await memory.update((now) => {
		if (Date.now() - (now.archives[room] ?? 0) < 24 * 3600_000) return false;
		now.archives[room] = Date.now();
		return true;
	});
	if (may) persistSoon();
	return may;
}
