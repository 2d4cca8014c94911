import { BautaError } from '../../messages/errors.ts';
import { withTimeLimit } from '../../platform/time-limit.ts';
import { archivedMessage } from '../answered.ts';
import type { Channel } from '../channel/channel.ts';
import type { Archive, IncomingMessage, OpenAccess } from '../network.ts';
import type { Pace } from '../pace.ts';
import { routeOf } from './route.ts';
import { newId, openSession, type Session } from './stream/session.ts';
import { hasFeature } from './wire/features.ts';
import { resourceOf, roomJid } from './wire/jid.ts';
import { readMessage } from './wire/messages.ts';
import { names } from './wire/namespaces.ts';
import { archiveRefusals, infoRefusals, isError, refusal } from './wire/refusals.ts';
import { isRetracted, type Retraction, readShown, type ShownMessage } from './wire/shown.ts';
import { askArchive } from './wire/stanzas.ts';
import { attribute, childOf, textOf, writeXml, type XmlElement } from './wire/xml.ts';

const pageSize = 100;
const maxPages = 10;
const pageMs = 15_000;

/** What pages of an archive hold, oldest first. */
interface Pages {
	/** messages with an envelope */
	messages: IncomingMessage[];
	/** all messages, but those that were taken back */
	shown: ShownMessage[];
	retractions: Retraction[];
}

interface Page extends Pages {
	/** id of the page's first message, from which the page before it is asked */
	first: string;
	complete: boolean;
}

function readEnd(iq: XmlElement): { first: string; complete: boolean } {
	const fin = childOf(iq, 'fin', names.archive);
	const set = fin && childOf(fin, 'set', names.page);
	const first = set && childOf(set, 'first', names.page);
	return { first: first ? (textOf(first) ?? '') : '', complete: !fin || attribute(fin, 'complete') === 'true' };
}

/** Takes in one message of the archive. */
function take(stanza: XmlElement, room: string, { messages, shown, retractions }: Pages): void {
	const message = readMessage(stanza, 0);
	if (message) messages.push(message);
	const readable = readShown(stanza, room);
	if (readable && 'message' in readable) shown.push(readable.message);
	else if (readable) retractions.push(readable.retraction);
}

async function readPage({ stream }: Session, room: string, before: string, signal: AbortSignal): Promise<Page> {
	const id = newId();
	const page: Pages = { messages: [], shown: [], retractions: [] };
	return withTimeLimit({ ms: pageMs, signal, detail: 'archive' }, async (until) => {
		await stream.send([writeXml(askArchive(id, room, pageSize, before))], until);
		for (;;) {
			const stanza = await stream.receive(until);
			if (stanza.name === 'iq' && attribute(stanza, 'id') === id) {
				if (isError(stanza)) throw refusal(stanza, archiveRefusals);
				return { ...page, ...readEnd(stanza) };
			}
			const result = childOf(stanza, 'result', names.archive);
			if (result && attribute(result, 'queryid') === id && attribute(stanza, 'from') === room) take(stanza, room, page);
		}
	});
}

/** Whether a room says that it keeps an archive: one without may answer a query with nothing, as if nobody had ever said anything. */
const keepsArchive = (about: XmlElement): boolean => hasFeature(about, names.archive);

/** Reads back from the newest page until there is enough, or no more. */
async function readPages(
	session: Session,
	room: string,
	most: number,
	isEnough: (pages: Pages) => boolean,
	signal: AbortSignal,
	pace?: Pace,
): Promise<Pages> {
	const pages: Pages = { messages: [], shown: [], retractions: [] };
	let before = '';
	for (let count = 0; count < most && !isEnough(pages); count++) {
		if (count > 0) await pace?.step(signal);
		const { messages, shown, retractions, first, complete } = await readPage(session, room, before, signal);
		pages.messages.unshift(...messages);
		pages.shown.unshift(...shown);
		pages.retractions.unshift(...retractions);
		if (complete || first === '' || first === before) break;
		before = first;
	}
	pages.shown = pages.shown.filter((message) => !isRetracted(message, pages.retractions));
	return pages;
}

/**
 * A room's archive back to its newest `limit` messages with an envelope, oldest first, as a guest who never joins (XEP-0313). Throws
 * `server-refused` where none is kept.
 */
export async function readArchive(
	roomId: string,
	access: OpenAccess,
	channel: Channel,
	limit: number,
	signal: AbortSignal,
): Promise<Archive> {
	const room = roomJid(roomId);
	const { endpoint, anonymousHost } = routeOf(access);
	const session = await openSession(channel, endpoint, anonymousHost, room, signal);
	try {
		if (isError(session.about)) throw refusal(session.about, infoRefusals);
		if (!keepsArchive(session.about)) throw new BautaError('server-refused', 'archive');
		const { messages, shown } = await readPages(session, room, maxPages, (pages) => pages.messages.length >= limit, signal);
		return {
			messages: messages.slice(-limit),
			shown: shown.map(({ id, from, body, anonymous }) => archivedMessage(id, resourceOf(from), body, anonymous)),
		};
	} finally {
		await session.stream.close([]);
	}
}

/** what the archive says no to a guest's query with */
const guestRefusals = ['server-refused', 'room-members-only', 'room-gone'];

/**
 * The newest messages that a room's archive shows a guest who has not joined; null where it shows a guest nothing, as it keeps none or lets
 * occupants alone read it. `messageId`: the one that is looked for; `pace`: when the next page may be asked for.
 */
export async function recentMessages(
	session: Session,
	room: string,
	messageId: string,
	signal: AbortSignal,
	pace: Pace,
): Promise<Pages | null> {
	if (!keepsArchive(session.about)) return null;
	const isThere = ({ shown, retractions }: Pages) => [...shown, ...retractions].some(({ id }) => id === messageId);
	try {
		return await readPages(session, room, recentPages, isThere, signal, pace);
	} catch (thrown) {
		if (thrown instanceof BautaError && guestRefusals.includes(thrown.code)) return null;
		throw thrown;
	}
}
/** an older message is answered where an earlier read of the archive has shown it */
const recentPages = 3;
