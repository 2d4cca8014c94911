import type { IncomingMessage } from '../../networks/network.ts';
import { plainLine } from '../../networks/plain-line.ts';
import { browser } from '../../platform/api/browser.ts';
import { isPrivateWindow } from '../../platform/private-window.ts';
import { drawTime, waitFor } from '../../platform/random-time.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { H } from '../../protocol/bytes.ts';
import { networkOf, roomIdOf } from '../access/adapters.ts';
import { doesSiteNotify, mayNotify, noteNotice } from '../state/desktop.ts';
import { isRoomHidden, readSettings } from '../state/document.ts';
import { isUnlocked } from '../state/lock.ts';
import { readTab, type Tab } from '../state/tabs.ts';
import type { LabelledPage } from './labels.ts';
import { areNamesakes, contentOf, type LoggedMessage } from './logged-message.ts';
import { messagesOf } from './message-log.ts';
import { wasJustPosted } from './own-posts.ts';
import { countIn, isFirst, type Surplus } from './ring-limits.ts';
import { judge, judgesByKeys, verdictAge } from './verdicts.ts';

/*
 * Bauta's own notifications of anonymous messages. The tap has taken the page's, of the user's own and of other people's alike; other people's
 * are shown here. Nothing of this reaches the page (THREATS.md P9).
 */

/** So many messages of a site wait at once. */
const mostWaiting = 50;
/** ms until it is shown, drawn anew each time: what a page could measure of the machine just then is no answer to its message */
const pause = [200, 900] as const;
const [longestText, longestRoom] = [200, 40];

/** Desktops read a body as markup (Desktop Notifications Specification), and Firefox hands it on as it is: a stranger's must stay words. */
const withoutMarkup = (text: string): string => text.replace(/[<>&]/g, (character) => ({ '<': '‹', '>': '›' })[character] ?? '＆');

const say = (key: string, ...parts: string[]): string => browser.i18n.getMessage(key, parts);

/** By site: one after the other, as they came. */
const queues = new Map<string, { queue: SerialQueue; waiting: number }>();

/**
 * A message as it is kept, where it was met: by its wire form as well, as one that a page was shown again is not read alike a second time (what
 * comes as new has another time), and other people may take its id and name.
 */
async function entryOf(site: string, message: IncomingMessage): Promise<LoggedMessage | undefined> {
	const log = await messagesOf(site, message.room);
	return log.find((entry) => areNamesakes(entry, message) && message.wires.includes(entry.wire));
}

/** Which of these messages were met before: of them no more need be judged. No more than may wait at once are looked for. */
export async function metAmong(site: string, messages: IncomingMessage[]): Promise<Set<IncomingMessage>> {
	const met = new Set<IncomingMessage>();
	for (const message of messages.slice(0, mostWaiting)) if (await entryOf(site, message)) met.add(message);
	return met;
}

/** What people call a room, by its canonical id. '' where the page has not shown it: then its name is any words that a page likes. */
function nameOf(tab: Tab, room: string): string {
	try {
		const { network } = tab;
		const isOpen = [...tab.rooms, ...tab.shown.map((address) => ({ network, address }))].some((one) => roomIdOf(one) === room);
		return isOpen ? plainLine(`#${networkOf(network).name(room.slice(room.indexOf(':') + 1))}`, longestRoom) : '';
	} catch {
		return '';
	}
}

/** Whether a message rings, as what, and whether with its words: by verdict, lock and settings of one moment. */
interface Finding {
	rings: boolean;
	isAnonymous: boolean;
	hasWords: boolean;
	/** `verdictAge` */
	age: number;
}

async function look({ origin }: LabelledPage, message: IncomingMessage): Promise<Finding> {
	for (;;) {
		const age = verdictAge();
		const entry = await entryOf(origin, message);
		const label = entry ? await judge(entry) : null;
		const { ringText, ringLocked } = await readSettings();
		const isOpen = (await isUnlocked()) && judgesByKeys();
		const content = entry?.content ?? contentOf(message);
		const isOwn = label?.mine === 1 || (content !== null && message.wires.some((wire) => wasJustPosted(message.room, content, wire)));
		const rings = !isOwn && (isOpen || ringLocked !== false);
		// else it was locked meanwhile, say, or opened: what it was judged by is gone
		if (age !== verdictAge()) continue;
		return { rings, isAnonymous: label !== null, hasWords: label !== null && isOpen && ringText === true && !isPrivateWindow(), age };
	}
}

/** What a notification says. In a private window neither room nor site: desktops may keep it. */
function bodyOf(site: string, room: string, { isAnonymous }: Finding, surplus: Surplus | null): string {
	const [kind, ...parts] = surplus ? ['more', String(surplus.count)] : [isAnonymous ? 'wrote' : 'other'];
	if (isPrivateWindow()) return say(`content_rings_${kind}_only`, ...parts);
	const name = surplus?.isOneRoom === false ? '' : room;
	return say(`content_rings_${kind}`, ...parts, name ? say('content_rings_where', name, site) : site);
}

async function show(page: LabelledPage, message: IncomingMessage, tab: Tab, finding: Finding): Promise<void> {
	const room = nameOf(tab, message.room);
	const site = new URL(page.origin).host;
	const surplus = await countIn(page.origin, H('bauta/1 ring room', message.room));
	const words = surplus || !finding.hasWords ? '' : plainLine(message.bodies[0] ?? '', longestText);
	const id = surplus?.id ?? crypto.randomUUID();
	await noteNotice(id, page.tab, words !== '');
	// asked last: what is shown with words while it is being locked is cleared again
	const isOpen = (await isUnlocked()) && finding.age === verdictAge();
	const body = bodyOf(site, room, finding, surplus);
	// one for all that are too many, in the same place and without a sound, which Firefox has no word for
	const silent = surplus && __TARGET__ === 'chrome' ? { silent: true } : {};
	await browser.notifications.create(id, {
		type: 'basic',
		iconUrl: browser.runtime.getURL('icons/mask-128.png'),
		title: finding.isAnonymous ? say('content_anonymous') : say('app_name'),
		message: withoutMarkup(words && isOpen ? `${words}\n${room ? say('content_rings_where', room, site) : site}` : body),
		...silent,
	});
}

async function ring(page: LabelledPage, message: IncomingMessage): Promise<void> {
	const { room, id, author, wires } = message;
	if (!(await isFirst(page.origin, H('bauta/1 ring', room, id, author, ...wires)))) return;
	await waitFor(drawTime(...pause));
	const tab = await readTab(page.tab);
	if (tab?.origin !== page.origin || (await isRoomHidden(page.origin, room))) return;
	// the page rings no desk that its own notifications could not reach
	if (!(await mayNotify()) || !(await doesSiteNotify(page.tab, page.origin))) return;
	const finding = await look(page, message);
	if (finding.rings) await show(page, message, tab, finding);
}

/**
 * Shows notifications of messages of which the page would have shown one, but for the user's own; while the vault is locked nobody can tell which
 * these are, so all are shown, if the user wants so. None where the user has hidden the room's anonymous messages, nor where the site itself may
 * show none. To be called once they were remembered: what is no readable anonymous message is shown without its words and without being called one.
 */
export async function ringFor(page: LabelledPage, messages: IncomingMessage[]): Promise<void> {
	const site = queues.get(page.origin) ?? { queue: new SerialQueue(), waiting: 0 };
	queues.set(page.origin, site);
	const works: Promise<void>[] = [];
	for (const message of messages.slice(0, mostWaiting - site.waiting)) {
		site.waiting++;
		const work = site.queue.run(() => ring(page, message)).catch(() => {});
		works.push(work.finally(() => site.waiting--).then(() => {}));
	}
	await Promise.all(works);
	if (site.waiting === 0 && queues.get(page.origin) === site) queues.delete(page.origin);
}
