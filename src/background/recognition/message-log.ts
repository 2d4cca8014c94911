import type { IncomingMessage } from '../../networks/network.ts';
import { hasSameBytes, isCopy } from '../../protocol/copies.ts';
import { isUnlocked, withKey } from '../state/lock.ts';
import { SessionValue } from '../state/session-value.ts';
import { roomIn, siteIn, siteRoom } from '../state/site-room.ts';
import { steadyNow } from '../state/steady-now.ts';
import { readRecord, writeRecord } from '../state/vault.ts';
import { withoutOldCopies } from './copy-marks.ts';
import { areNamesakes, contentOf, type LoggedMessage, loggedForm } from './logged-message.ts';

/*
 * The messages that this browser has met, by site and room: in memory while the browser runs, on disk as one encrypted record. Each site has
 * a log of its own: what another one shows of a room that it calls the same takes no label away as a copy, and raises no count.
 */

/** Who showed a message: the page, or the room's archive as a guest reads it. */
export type MessageSource = 'page' | 'archive';

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
	/** rooms by `siteRoom`, the one met last at the end */
	rooms: string[];
	archives: Record<string, ArchiveRead>;
}
/** The last time that a room's archive was asked, by `steadyNow`, whether it has ever answered, and whether it is being read. */
interface ArchiveRead {
	at: number;
	answered: boolean;
	isRunning?: boolean;
}
/**
 * What lies on disk, by `siteRoom`. Earlier versions kept `messages` of all sites together: they are read from the archives again. They also
 * kept when archives were read. That must not count: what only an open vault knows would decide when a server is asked (THREATS.md P9).
 */
interface LogRecord {
	rooms: Record<string, LoggedMessage[]>;
}
const index = new SessionValue<Index>('log', { loaded: false, rooms: [], archives: {} });
const logs = new Map<string, SessionValue<LoggedMessage[]>>();
let timer: ReturnType<typeof setTimeout> | undefined;

function logOf(name: string): SessionValue<LoggedMessage[]> {
	const log = logs.get(name) ?? new SessionValue<LoggedMessage[]>(`log:${name}`, []);
	logs.set(name, log);
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
 * author: the page's labels go by these two. What the archive shows takes the place of what only the page showed.
 */
function addTo(log: LoggedMessage[], message: LoggedMessage): LoggedMessage | null {
	const isRival = (other: LoggedMessage) => hasSameBytes(other, message) || areNamesakes(other, message);
	const isItself = (other: LoggedMessage) => hasSameBytes(other, message) && !isCopy(message, other);
	const rivals = log.filter(isRival);
	const hasOtherWords = rivals.some((other) => areNamesakes(other, message) && other.content !== message.content);
	if (hasOtherWords) for (const one of [message, ...rivals]) one.contested = true;
	const itself = rivals.find(isItself);
	if (itself && !message.fromDisk) delete itself.fromDisk;
	if (message.archived && !rivals.some(({ archived }) => archived)) {
		for (const rival of rivals) log.splice(log.indexOf(rival), 1);
		log.push(message);
		return message;
	}
	if (rivals.length > 0) return rivals[0] === itself ? (itself ?? null) : null;
	log.push(message);
	return message;
}

/**
 * Adds messages to the log of their room. Returns those that count, as they are kept, with those that another one has just made doubtful, and
 * whether the log has changed.
 */
async function addToRoom(name: string, messages: LoggedMessage[]): Promise<{ messages: LoggedMessage[]; hasNew: boolean }> {
	const result = await logOf(name).update((log) => {
		const before = new Set(log);
		const doubtful = new Set(log.filter(({ contested }) => contested));
		const added = messages.map((message) => addTo(log, message)).filter((message) => message !== null);
		const counting = [...new Set([...added, ...log.filter((message) => message.contested && !doubtful.has(message))])];
		const hasNew = log.some((message) => !before.has(message) || (message.contested && !doubtful.has(message)));
		// what was met since the browser was started stays behind what the disk has: a lock that is opened must push nothing of it out
		log.sort((one, other) => Number(other.fromDisk ?? false) - Number(one.fromDisk ?? false));
		log.splice(0, log.length - newest(log, roomLimit, roomBytes).length);
		return { messages: counting, hasNew };
	});
	if (result.hasNew) await noteRoom(name);
	return result;
}

/** The rooms of the site that has most of them, the one met least lately first: a site that names many pushes out its own alone. */
function roomsOfLargestSite(rooms: string[]): string[] {
	const bySite = new Map<string, string[]>();
	for (const name of rooms) bySite.set(siteIn(name), [...(bySite.get(siteIn(name)) ?? []), name]);
	return [...bySite.values()].reduce((largest, one) => (one.length > largest.length ? one : largest), []);
}

/** Notes a room as the one met last. Of too many one is forgotten. */
async function noteRoom(name: string): Promise<void> {
	const surplus = await index.update((all) => {
		all.rooms = [...all.rooms.filter((other) => other !== name), name];
		if (all.rooms.length <= roomsLimit) return undefined;
		const [least] = roomsOfLargestSite(all.rooms);
		all.rooms = all.rooms.filter((other) => other !== least);
		return least;
	});
	if (surplus) await logOf(surplus).set([]);
}

async function persist(): Promise<void> {
	if (!(await isUnlocked())) return;
	await withKey(async (key) => {
		const { rooms } = await index.get();
		const kept: LogRecord = { rooms: {} };
		const bytes = recordBytes / Math.max(1, rooms.length);
		for (const name of rooms) kept.rooms[name] = newest(await logOf(name).get(), roomLimit, bytes);
		await writeRecord(key, record, kept);
	});
}

function persistSoon(): void {
	clearTimeout(timer);
	timer = setTimeout(() => void persist().catch(() => {}), persistDelay);
}

/** Takes in the log on disk, where that was not done since the browser was started. Does nothing while the vault is locked. */
export async function readLog(): Promise<void> {
	// the lock is asked last: a log that a lock keeps from being read is none that is broken
	if ((await index.get()).loaded || !(await isUnlocked())) return;
	// a broken log is only a cache: it is read again from the archives
	const contents = (await withKey((key) => readRecord(key, record)).catch(() => null)) as Partial<LogRecord> | null;
	await index.update((all) => {
		all.loaded = true;
	});
	for (const [name, ofRoom] of Object.entries(contents?.rooms ?? {})) {
		const messages = ofRoom.map((message): LoggedMessage => ({ ...message, fromDisk: true }));
		await addToRoom(name, await withoutOldCopies(name, messages));
	}
}

/**
 * Looks after messages without an envelope that holds. Other words under the id and author of a logged message make that one doubtful: a page that
 * shows these words, and not the message, would give them its label.
 * @return `doubts`: logged messages of which that is new; `impostors`: all but those that say what the logged message says
 */
async function judgeStrangers(
	site: string,
	strangers: IncomingMessage[],
): Promise<{ doubts: LoggedMessage[]; impostors: IncomingMessage[] }> {
	const doubts: LoggedMessage[] = [];
	const impostors: IncomingMessage[] = [];
	for (const stranger of strangers) {
		const content = contentOf(stranger);
		const log = logOf(siteRoom(site, stranger.room));
		const namesakes = (await log.get()).filter((one) => areNamesakes(one, stranger));
		if (content === null || namesakes.some((other) => other.content === content)) continue;
		impostors.push(stranger);
		if (namesakes.every(({ contested }) => contested)) continue;
		await log.update((messages) => {
			for (const one of messages)
				if (areNamesakes(one, stranger) && !one.contested) doubts.push(Object.assign(one, { contested: true as const }));
		});
	}
	if (doubts.length > 0) persistSoon();
	return { doubts, impostors };
}

/** What was met. `impostors`: messages without an envelope that holds, which may be taken for one of those that were met under their name. */
export interface Meeting {
	messages: LoggedMessage[];
	impostors: IncomingMessage[];
}

/**
 * Adds messages that were met on a site. Returns them as they are kept, without copies. What was met before is returned again: another tab of
 * the room may not have been told of it, nor the same one if the background ended between the two.
 */
export async function meetMessages(site: string, incoming: IncomingMessage[], source: MessageSource): Promise<Meeting> {
	const fresh: LoggedMessage[] = [];
	const strangers: IncomingMessage[] = [];
	for (const message of incoming) {
		const form = loggedForm(message);
		if (form) fresh.push(source === 'archive' ? { ...form, archived: true } : form);
		else strangers.push(message);
	}
	// relays and archives answer in any order; of a message and its copy, the earlier one is the message
	fresh.sort((one, other) => one.time - other.time);
	if (incoming.length === 0) return { messages: [], impostors: [] };
	await readLog();
	const messages: LoggedMessage[] = [];
	for (const [room, ofRoom] of byRoom(fresh)) {
		const name = siteRoom(site, room);
		const { messages: counting, hasNew } = await addToRoom(name, await withoutOldCopies(name, ofRoom));
		messages.push(...counting);
		if (hasNew) persistSoon();
	}
	const { doubts, impostors } = await judgeStrangers(site, strangers);
	return { messages: [...messages, ...doubts], impostors };
}

/** The same for who has no use for impostors. */
export const rememberMessages = async (...meeting: Parameters<typeof meetMessages>): Promise<LoggedMessage[]> =>
	(await meetMessages(...meeting)).messages;

/** Every message that was met in a room of a site. `room`: canonical id. */
export async function messagesOf(site: string, room: string): Promise<LoggedMessage[]> {
	await readLog();
	return logOf(siteRoom(site, room)).get();
}

/** Every message that was met in a room, on whatever site: for what the keys at hand prove by themselves. `room`: canonical id. */
export async function messagesAnywhere(room: string): Promise<LoggedMessage[]> {
	await readLog();
	const names = (await index.get()).rooms.filter((name) => roomIn(name) === room);
	return (await Promise.all(names.map((name) => logOf(name).get()))).flat();
}

/**
 * Whether the room's public archive may be read now: at most once a day for each site and room while the browser runs (THREATS.md N10), and
 * again where the worker died over it. Marks it as asked.
 */
export async function mayReadArchive(site: string, room: string): Promise<boolean> {
	const name = siteRoom(site, room);
	const now = await steadyNow();
	return index.update(({ archives }) => {
		const { at = 0, answered = false, isRunning = false } = archives[name] ?? {};
		const may = now - at >= 24 * 3600_000 || (isRunning && !reads.has(name));
		// a time in the future is of a clock that was put back, and counts as now
		if (may || at > now) archives[name] = { at: now, answered };
		return may;
	});
}

/** by `siteRoom` */
const reads = new Set<string>();
/** Reads a room's archive that may be read. */
export async function whileReading<R>(site: string, room: string, read: () => Promise<R>): Promise<R> {
	const name = siteRoom(site, room);
	const note = (isRunning: boolean) => index.update(({ archives }) => void Object.assign(archives[name] ?? {}, { isRunning }));
	reads.add(name);
	await note(true);
	try {
		return await read();
	} finally {
		reads.delete(name);
		await note(false);
	}
}

/** The archive has answered. */
export async function noteArchiveRead(site: string, room: string): Promise<void> {
	const at = await steadyNow();
	await index.update(({ archives }) => {
		archives[siteRoom(site, room)] = { at, answered: true };
	});
}

/** Whether the archive of a room was read from this site since the browser was started. */
export async function wasArchiveRead(site: string, room: string): Promise<boolean> {
	return (await index.get()).archives[siteRoom(site, room)]?.answered === true;
}
