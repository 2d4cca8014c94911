import { faultOf } from '../../messages/errors.ts';
import type { Mode } from '../../messages/rooms.ts';
import { withTimeLimit } from '../../platform/time-limit.ts';
import type { Channel } from '../channel/channel.ts';
import type { Access, Hints } from '../network.ts';
import { agreedHosts } from '../page-word.ts';
import { anonymousHosts, guestHosts, serverDomain } from './domains.ts';
import { xmppHints } from './hints.ts';
import type { XmppRoute } from './route.ts';
import { newId, openSession, type Session, until } from './stream/session.ts';
import type { Endpoint } from './stream/stream.ts';
import { names } from './wire/namespaces.ts';
import { isError } from './wire/refusals.ts';
import { judgeInfo, nameIn } from './wire/room-info.ts';
import { askItems } from './wire/stanzas.ts';
import { attribute, childOf, childrenOf, writeXml } from './wire/xml.ts';

const modes: Mode[] = ['one-time', 'persona', 'no-trace', 'keyless'];
const mostPoints = 4096;
/** RFC 6120 §13.12: no server takes less in one stanza, bytes. */
const leastBytes = 10_000;
/** What stands around a message's text in its stanza, bytes. */
const aroundText = 1500;

/** Of one code point: XML writes a quotation mark as `&quot;`. */
const mostBytesOfPoint = 6;

/** Code points of a text that surely fit into a stanza of so many bytes. */
const pointsWithin = (bytes: number): number =>
	Math.min(mostPoints, Math.floor((Math.max(bytes, leastBytes) - aroundText) / mostBytesOfPoint));

const itemsMs = 5000;
/** that are asked whether they take guests, through one endpoint */
const maxHosts = 8;

/** What the room's server lists to a guest. What it lists to the account is not believed: it could be a host for that account alone. */
async function listedHosts({ stream }: Session, domain: string, signal: AbortSignal): Promise<string[]> {
	const id = newId();
	return withTimeLimit({ ms: itemsMs, signal, detail: 'items' }, async (limit) => {
		await stream.send([writeXml(askItems(id, domain))], limit);
		const answer = await until(stream, limit, (stanza) => stanza.name === 'iq' && attribute(stanza, 'id') === id);
		const query = childOf(answer, 'query', names.items);
		return query
			? guestHosts(
					childrenOf(query, 'item', names.items).map((item) => attribute(item, 'jid')),
					domain,
				)
			: [];
	}).catch(() => []);
}

/** A look at the room as a guest of one host. `listed`: further hosts for guests, asked for where the room cannot be reached from here. */
interface GuestLook {
	access: Access;
	listed: string[];
}

/** The endpoint to look through, and those of the other kind for when it fails later. */
interface Ways {
	endpoint: Endpoint;
	others: Endpoint[];
}

/** Looks at the room as a guest of this host. Null: the host takes no guests. */
async function lookFrom(
	channel: Channel,
	{ endpoint, others }: Ways,
	host: string,
	room: string,
	hints: Hints,
	signal: AbortSignal,
): Promise<GuestLook | null> {
	let session: Session;
	try {
		session = await openSession(channel, endpoint, host, room, signal);
	} catch (thrown) {
		if (faultOf(thrown).code === 'no-anonymous-host') return null;
		throw thrown;
	}
	try {
		const route: XmppRoute = {
			endpoint,
			anonymousHost: host,
			...(others.length > 0 && { others: others.map(({ kind, url }) => ({ kind, url })) }),
		};
		const by = agreedHosts(
			hints,
			[endpoint, ...others].map(({ url }) => url),
		);
		const closure = judgeInfo(session.about, hints.topic ?? '');
		const listed = isError(session.about) ? await listedHosts(session, serverDomain(room), signal) : [];
		const name = nameIn(session.about, room);
		const maxPoints = pointsWithin(session.mostBytes);
		return { access: closure ?? { open: true, route, modes, maxPoints, ...(name && { name }), ...(by.length > 0 && { by }) }, listed };
	} finally {
		await session.stream.close([]);
	}
}

/**
 * Looks at the room through one endpoint, as a guest of one host after the other. Null: none of them takes guests. Throws what the connection
 * fails with.
 */
export async function lookThrough(channel: Channel, ways: Ways, room: string, hints: Hints, signal: AbortSignal): Promise<Access | null> {
	const settings = xmppHints(hints);
	const waiting = anonymousHosts(room, settings);
	const triedHosts = new Set<string>();
	let firstRefusal: Access | null = null;
	for (let host = waiting.shift(); host !== undefined && triedHosts.size < maxHosts; host = waiting.shift()) {
		triedHosts.add(host);
		const look = await lookFrom(channel, ways, host, room, hints, signal);
		if (look?.access.open) return look.access;
		if (!look) continue;
		firstRefusal ??= look.access;
		const listed = look.listed.filter((each) => !triedHosts.has(each));
		if (settings.anonymousHost || listed.length === 0) break;
		waiting.unshift(...listed);
	}
	return firstRefusal;
}
