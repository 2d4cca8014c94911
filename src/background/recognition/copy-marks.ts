import { H, toHex } from '../../protocol/bytes.ts';
import { noteNotice } from '../state/document.ts';
import { SessionValue } from '../state/session-value.ts';
import { siteIn } from '../state/site-room.ts';
import type { LoggedMessage } from './logged-message.ts';

/*
 * The copy rule (docs/protocol.md §8) for messages that a room's log has forgotten: of each the mark of its bytes stays, and whose they were.
 * How many these are is bounded by memory alone; the user is told when the oldest are forgotten.
 */
type Marks = Record<string, string>;

/** Marks in all, of some 40 bytes each: they share the 10 MB of the browser's memory store with the logs and the outbox. */
export const mostMarks = 40_000;
/** How many marks each room of a site has, the one met last at the end. */
const counts = new SessionValue<Record<string, number>>('copy-counts', {});
const rooms = new Map<string, SessionValue<Marks>>();

function marksOf(name: string): SessionValue<Marks> {
	const marks = rooms.get(name) ?? new SessionValue<Marks>(`copies:${name}`, {});
	rooms.set(name, marks);
	return marks;
}

/** 64 bits of the bytes; the letter keeps an object's keys in the order in which they came. */
const markOf = ({ wire, authorKey = '' }: LoggedMessage): string => `m${toHex(H('bauta copy mark', wire, authorKey).subarray(0, 8))}`;
/** 48 bits of who said it, and whether the room's archive shows that. */
const ownerOf = ({ id, author, archived }: LoggedMessage): string =>
	`${toHex(H('bauta copy owner', id, author).subarray(0, 6))}${archived ? 'a' : 'p'}`;

/** The site with most marks loses the older half of those of its largest room: who floods one pushes out their own. */
async function makeRoom(all: Record<string, number>): Promise<void> {
	const bySite: Record<string, number> = {};
	for (const [name, count] of Object.entries(all)) bySite[siteIn(name)] = (bySite[siteIn(name)] ?? 0) + count;
	const [site = ''] = Object.entries(bySite).reduce((largest, next) => (next[1] > largest[1] ? next : largest), ['', 0]);
	const ofSite = Object.entries(all).filter(([name]) => siteIn(name) === site);
	const [name] = ofSite.reduce((largest, next) => (next[1] > largest[1] ? next : largest), ['', 0]);
	all[name] = await marksOf(name).update((marks) => {
		const names = Object.keys(marks);
		for (const oldest of names.slice(0, Math.ceil(names.length / 2))) delete marks[oldest];
		return Object.keys(marks).length;
	});
	noteNotice({ code: 'copies-forgotten', detail: '' });
}

/**
 * Leaves out what is a copy of a message that was met in the room before, however long ago, and marks the rest. What the archive shows is no
 * copy of what only a page showed.
 * @param name the room, by `siteRoom`
 */
export async function withoutOldCopies(name: string, messages: LoggedMessage[]): Promise<LoggedMessage[]> {
	const { originals, count } = await marksOf(name).update((marks) => {
		const isOriginal = (message: LoggedMessage): boolean => {
			const [mark, owner] = [markOf(message), ownerOf(message)];
			const first = marks[mark];
			const isFirst = !first || first.slice(0, -1) === owner.slice(0, -1) || (message.archived === true && first.endsWith('p'));
			if (isFirst && !first?.endsWith('a')) marks[mark] = owner;
			return isFirst;
		};
		return { originals: messages.filter(isOriginal), count: Object.keys(marks).length };
	});
	const all = { ...(await counts.get()), [name]: count };
	while (Object.values(all).reduce((sum, some) => sum + some, 0) > mostMarks) await makeRoom(all);
	await counts.set(all);
	return originals;
}
