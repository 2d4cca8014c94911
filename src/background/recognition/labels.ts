import { fewVoices } from '../../messages/composer.ts';
import { handleLength, type LabelledMessage, type RoomRef } from '../../messages/rooms.ts';
import { drawTime, waitFor } from '../../platform/random-time.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { networkOf, roomIdOf } from '../access/adapters.ts';
import { hintsFor } from '../access/hints.ts';
import { requireAccess } from '../access/room-access.ts';
import { isHasty } from '../state/care.ts';
import { inTurns } from '../state/turns.ts';
import { rememberArchived } from './archived-messages.ts';
import { handleOf, type LoggedMessage } from './logged-message.ts';
import { mayReadArchive, messagesOf, noteArchiveRead, rememberMessages, wasArchiveRead, whileReading } from './message-log.ts';
import { isFresh, knowsLog } from './page-loads.ts';
import { checkReveals, hasReveals } from './reveals.ts';
import { finishAtTick } from './ticks.ts';
import { judge, learnGenerations, verdictAge } from './verdicts.ts';
import { voiceLooks, voiceOf } from './voices-met.ts';

const archiveLimit = 200;
const archiveSeconds = 30;
/** How long it takes until the archive is read then, drawn anew each time, ms. */
const momentMs = [1000, 5000] as const;
/** ms without a batch of labels until what they taught is written */
const learningDelay = 1000;
const learningLimit = 60_000;

/** Names a message of a room as its web chat shows it. A part that it does not show is '', of an author it may show the beginning alone. */
export interface ShownMessage {
	id: string;
	author: string;
}

/** Those of these messages that a page shows, and whether it shows others as well. */
function matchShown(messages: LoggedMessage[], onPage: ShownMessage[]): { shown: LoggedMessage[]; misses: boolean } {
	const byId = new Map<string, ShownMessage[]>();
	for (const one of onPage) byId.set(one.id, [...(byId.get(one.id) ?? []), one]);
	const matched = new Set<ShownMessage>();
	const shown = messages.filter((message) => {
		const named = [message.id, ''].flatMap((id) => byId.get(id) ?? []).find(({ author }) => message.author.startsWith(author));
		if (named) matched.add(named);
		return named !== undefined;
	});
	return { shown, misses: matched.size < onPage.length };
}

/** What a page may be told of: its site, and its tab. */
export interface LabelledPage {
	tab: number;
	origin: string;
}

async function judgeAll(messages: LoggedMessage[]): Promise<LabelledMessage[]> {
	const labels: LabelledMessage[] = [];
	for await (const message of inTurns(messages)) {
		const label = await judge(message);
		const { id, author, contested } = message;
		const handle = handleOf(message);
		if (label) labels.push({ id, author, handle, label: { ...label, voice: voiceOf(message), ...(contested && { contested }) } });
	}
	return labels;
}

/** The log of a room, as far as a page sees it: a page that was loaded before the log on disk was read sees nothing of that (THREATS.md P9). */
async function logFor({ tab, origin }: LabelledPage, room: string): Promise<LoggedMessage[]> {
	const messages = await messagesOf(origin, room);
	return (await knowsLog(tab)) ? messages : messages.filter(({ fromDisk }) => !fromDisk);
}

/** The same for messages of one room that a page shows, with how their voices are shown there, and what accounts have said of theirs. */
async function labelAll(page: LabelledPage, room: string, messages: LoggedMessage[]): Promise<LabelledMessage[]> {
	const log = await logFor(page, room);
	const { labels: reveals, proofs } = await checkReveals(page.origin, room, log);
	const looks = await voiceLooks(log, Math.floor(Date.now() / 1000), proofs);
	const labels = (await judgeAll(messages)).map(({ label, ...message }) => {
		const look = looks.get(label.voice ?? '');
		return { ...message, label: look ? { ...label, look } : label };
	});
	return [...labels, ...reveals];
}

const batches = new SerialQueue();
/** batches that are being made, or wait for it */
let batchCount = 0;
let learning: ReturnType<typeof setTimeout> | undefined;
/** by when something is learned in any case, on the clock of `performance` */
let learnBy: number | null = null;

/**
 * What only one's own messages teach is learned when no label is waited for: else the next batch would come later because of it. Where somebody
 * always speaks it is put off for a minute at most, as this device must not go on under a generation that is closed.
 */
function learnWhenQuiet(): void {
	learnBy ??= performance.now() + learningLimit;
	const isOverdue = performance.now() > learnBy;
	if (batchCount > 0 && !isOverdue) return;
	clearTimeout(learning);
	const learn = () => {
		learnBy = null;
		void learnGenerations().catch(() => {});
	};
	learning = setTimeout(learn, isOverdue ? 0 : learningDelay);
}

/**
 * Labels of messages that came together are handed out together, at a tick, after the same work for each: a page sees when a label appears,
 * and by loading itself again and again it could measure whose a message is (THREATS.md P9, R2).
 */
async function labelsFor(page: LabelledPage, room: string, messages: LoggedMessage[]): Promise<LabelledMessage[]> {
	if (messages.length === 0 && !(await hasReveals(page.origin, room))) return [];
	clearTimeout(learning);
	batchCount++;
	try {
		for (;;) {
			const ageBefore = verdictAge();
			const labels = await finishAtTick(() => batches.run(() => labelAll(page, room, messages)));
			// else it was locked meanwhile, say: what the page would be told is of keys that are gone
			if (ageBefore === verdictAge()) return labels;
		}
	} finally {
		batchCount--;
		learnWhenQuiet();
	}
}

/**
 * Labels of messages that were met, by canonical room id; those of each room come together.
 * @param revealRooms where accounts have said that a voice is theirs: its messages are told of again
 */
export async function labelMet(
	page: LabelledPage,
	messages: LoggedMessage[],
	revealRooms: string[] = [],
): Promise<Map<string, LabelledMessage[]>> {
	const ofRoom = async (room: string) => {
		const met = messages.filter((message) => message.room === room);
		if (!revealRooms.includes(room)) return labelsFor(page, room, met);
		const { about } = await checkReveals(page.origin, room, await logFor(page, room));
		return labelsFor(page, room, [...new Set([...met, ...about])]);
	};
	const rooms = [...new Set([...messages.map(({ room }) => room), ...revealRooms])];
	return new Map(await Promise.all(rooms.map(async (room) => [room, await ofRoom(room)] as const)));
}

async function readArchiveSoon(page: LabelledPage, room: RoomRef): Promise<LoggedMessage[]> {
	if (!(await isHasty())) await waitFor(drawTime(...momentMs));
	return readArchive(page, room);
}

/**
 * Labels for messages that a page shows (`onPage`), and for no others. Where a page that was just loaded shows more than was met since the
 * browser was started, the room's public archive is read without joining, at most once per room of a site and day, and `later` gets what it
 * held of them. What a page shows later begins no look: it may be what the user has just done (THREATS.md N10). Nor does the lock: what the
 * disk has of earlier times counts for pages that are loaded after it was read alone, so that a page sees nothing of the unlock (P9).
 */
export async function labelPage(
	page: LabelledPage,
	room: RoomRef,
	onPage: ShownMessage[],
	later: (labels: LabelledMessage[]) => void,
): Promise<LabelledMessage[]> {
	const messages = await messagesOf(page.origin, roomIdOf(room));
	const sinceStart = matchShown(
		messages.filter(({ fromDisk }) => !fromDisk),
		onPage,
	);
	const { shown } = matchShown(await logFor(page, roomIdOf(room)), onPage);
	const archive = sinceStart.misses && (await isFresh(page.tab)) ? readArchiveSoon(page, room) : Promise.resolve([]);
	void archive.then(async (archived) => later(await labelsFor(page, roomIdOf(room), matchShown(archived, onPage).shown))).catch(() => {});
	return labelsFor(page, roomIdOf(room), shown);
}

/** Reads the archive of a room again; what it holds is remembered. @param tab where the room is open */
export async function renewArchive(tab: number, room: RoomRef): Promise<void> {
	await readArchive({ tab, origin: (await hintsFor(tab, room)).origin }, room);
}

async function readArchive({ tab, origin: site }: LabelledPage, room: RoomRef): Promise<LoggedMessage[]> {
	const id = roomIdOf(room);
	const hints = await hintsFor(tab, room);
	// another page is in the tab by now
	if (hints.origin !== site) return [];
	const access = await requireAccess(room, hints);
	if (!(await mayReadArchive(site, id))) return [];
	const { transport } = await networkOf(room.network).traffic();
	const { onLookChannel } = await import('../access/looks.ts');
	const { messages, shown } = await whileReading(site, id, () =>
		onLookChannel(hints.origin, archiveSeconds, (channel, signal) => transport.readArchive(id, access, channel, archiveLimit, signal)),
	);
	await noteArchiveRead(site, id);
	await rememberArchived(site, id, shown);
	return rememberMessages(site, messages, 'archive');
}

/** Digits that an answer is filled up to: of texts of up to nine the browser keeps one copy, which a page could find out about. */
const answerLength = 64;

/**
 * Whether messages of a room are the user's own: 1 or 0 for each in turn, at a tick, after the same work for each, and 0 from there to the end
 * (THREATS.md P9). What is not in the log any more is nobody's. @param handles one after the other
 */
export async function verdictsOn(page: LabelledPage, room: RoomRef, handles: string): Promise<string> {
	const id = roomIdOf(room);
	const names = handles.match(new RegExp(`.{${handleLength}}`, 'g')) ?? [];
	const wanted = new Set(names);
	const messages = (await logFor(page, id)).filter((message) => wanted.has(handleOf(message)));
	const verdicts = new Map((await labelsFor(page, id, messages)).map(({ handle, label }) => [handle, label.mine]));
	const digits = names.map((name) => verdicts.get(name) ?? 0);
	return digits.join('').padEnd(answerLength, '0');
}

/**
 * How many foreign anonymous messages the room's archive showed a guest of the last 30 days (THREATS.md R1): what the page alone showed does
 * not count, as a page could make up any number of voices. While the archive was not read, the page is believed where it shows but a few, so
 * that the user is warned; else null, as it is where nothing was met.
 * @param room canonical room id
 */
export async function countForeign(site: string, room: string): Promise<number | null> {
	const isRead = await wasArchiveRead(site, room);
	const since = Date.now() / 1000 - 30 * 86_400;
	const messages = (await messagesOf(site, room)).filter(({ time }) => time >= since);
	const labels = await judgeAll(isRead ? messages.filter(({ archived }) => archived) : messages);
	const count = labels.filter(({ label }) => !label.mine).length;
	return isRead || (messages.length > 0 && count < fewVoices) ? count : null;
}
