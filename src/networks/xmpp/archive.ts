import { BautaError } from '../../messages/errors.ts';
import { withTimeLimit } from '../../platform/time-limit.ts';
import type { Channel } from '../channel/channel.ts';
import type { IncomingMessage, OpenAccess } from '../network.ts';
import { routeOf } from './route.ts';
import { newId, openSession, type Session } from './stream/session.ts';
import { roomJid } from './wire/jid.ts';
import { readMessage } from './wire/messages.ts';
import { names } from './wire/namespaces.ts';
import { archiveRefusals, infoRefusals, isError, refusal } from './wire/refusals.ts';
import { askArchive } from './wire/stanzas.ts';
import { attribute, childOf, childrenOf, textOf, writeXml, type XmlElement } from './wire/xml.ts';

const pageSize = 100;
const maxPages = 10;
const pageMs = 15_000;

interface Page {
	messages: IncomingMessage[];
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

async function readPage({ stream }: Session, room: string, before: string, signal: AbortSignal): Promise<Page> {
	const id = newId();
	const messages: IncomingMessage[] = [];
	return withTimeLimit({ ms: pageMs, signal, detail: 'archive' }, async (until) => {
		await stream.send([writeXml(askArchive(id, room, pageSize, before))], until);
		for (;;) {
			const stanza = await stream.receive(until);
			if (stanza.name === 'iq' && attribute(stanza, 'id') === id) {
				if (isError(stanza)) throw refusal(stanza, archiveRefusals);
				return { messages, ...readEnd(stanza) };
			}
			const result = childOf(stanza, 'result', names.archive);
			if (!result || attribute(result, 'queryid') !== id || attribute(stanza, 'from') !== room) continue;
			const message = readMessage(stanza, 0);
			if (message) messages.push(message);
		}
	});
}

/** Throws where a room keeps no archive: it may answer a query with nothing, as if nobody had ever said anything. */
function refuseWithoutArchive(about: XmlElement): void {
	if (isError(about)) throw refusal(about, infoRefusals);
	const query = childOf(about, 'query', names.info);
	const kept = query && childrenOf(query, 'feature', names.info).some((feature) => attribute(feature, 'var') === names.archive);
	if (!kept) throw new BautaError('server-refused', 'archive');
}

/**
 * The newest `limit` messages with an envelope in a room's archive, oldest first, as a guest who never joins (XEP-0313). Throws
 * `server-refused` where none is kept.
 */
export async function readArchive(
	roomId: string,
	access: OpenAccess,
	channel: Channel,
	limit: number,
	signal: AbortSignal,
): Promise<IncomingMessage[]> {
	const room = roomJid(roomId);
	const { endpoint, anonymousHost } = routeOf(access);
	const session = await openSession(channel, endpoint, anonymousHost, room, signal);
	try {
		refuseWithoutArchive(session.about);
		let newest: IncomingMessage[] = [];
		let before = '';
		for (let page = 0; page < maxPages && newest.length < limit; page++) {
			const { messages, first, complete } = await readPage(session, room, before, signal);
			newest = [...messages, ...newest];
			if (complete || first === '' || first === before) break;
			before = first;
		}
		return newest.slice(-limit);
	} finally {
		await session.stream.close([]);
	}
}
