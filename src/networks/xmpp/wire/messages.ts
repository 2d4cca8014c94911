import { bareJid, xmppRoomId } from '../../../protocol/room.ts';
import type { IncomingMessage, PostedReveal } from '../../network.ts';
import { revealIn } from '../../reveal-text.ts';
import { isBareJid, resourceOf } from './jid.ts';
import { names } from './namespaces.ts';
import { attribute, childOf, childrenOf, textOf, type XmlElement } from './xml.ts';

/** Unix seconds of an XEP-0082 date and time, or null. */
export function unixTime(stamp: string): number | null {
	if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(stamp)) return null;
	const time = Date.parse(stamp);
	return Number.isNaN(time) || time < 0 ? null : Math.floor(time / 1000);
}

/** What the nick of every guest of Bauta's begins with. */
export const guestName = 'Anonymous';
/** Whether an occupant is called as an anonymous author is. Whoever is, may be taken for one who was called so before. */
const isGuestName = (nick: string): boolean => nick.startsWith(guestName);

/** The clock that an answer to XEP-0202 shows, unix seconds; null where it shows none. */
export function clockIn(answer: XmlElement): number | null {
	const time = childOf(answer, 'time', names.time);
	const utc = time && childOf(time, 'utc', names.time);
	return utc ? unixTime(textOf(utc) ?? '') : null;
}

/** Text of an element that holds text alone; else `<`, which is no wire form. */
const onlyText = (given: XmlElement): string => textOf(given) ?? '<';

interface Stamp {
	archiveId: string;
	time: number | null;
}

function readGroupMessage(message: XmlElement, archiveStamp: Stamp | null, arrival: number, isLive: boolean): IncomingMessage | null {
	const from = attribute(message, 'from');
	const room = bareJid(from);
	if (attribute(message, 'type') !== 'groupchat' || !isBareJid(room) || resourceOf(from) === '') return null;
	const wires = childrenOf(message, 'anonymous', names.bauta).map(onlyText);
	if (wires.length === 0 && !isGuestName(resourceOf(from))) return null;
	// a delay is believed only of the room itself (XEP-0203 §4), and only in the history that it sends to who joins: a sender could write one
	// into a message, and choose the time
	const delays = isLive ? [] : childrenOf(message, 'delay', names.delay).filter((delay) => attribute(delay, 'from') === room);
	const [delay] = delays;
	const stamp = delay ? unixTime(attribute(delay, 'stamp')) : null;
	const stanzaId = childrenOf(message, 'stanza-id', names.stanzaId).find((one) => attribute(one, 'by') === room);
	const reply = childOf(message, 'reply', names.reply);
	return {
		room: xmppRoomId(from),
		id: attribute(message, 'id'),
		archiveId: archiveStamp ? archiveStamp.archiveId : stanzaId ? attribute(stanzaId, 'id') : '',
		author: from,
		bodies: childrenOf(message, 'body', names.client).map(onlyText),
		replyTo: reply ? attribute(reply, 'id') : '',
		time: (archiveStamp ? archiveStamp.time : stamp) ?? arrival,
		wires,
	};
}

/** What an occupant has posted under their nick; null for anything else, and where it carries an envelope. */
function readGroupReveal(message: XmlElement): PostedReveal | null {
	const from = attribute(message, 'from');
	const bodies = childrenOf(message, 'body', names.client).map(onlyText);
	if (attribute(message, 'type') !== 'groupchat' || !isBareJid(bareJid(from)) || resourceOf(from) === '' || bodies.length !== 1)
		return null;
	const text = revealIn(bodies[0] ?? '');
	if (!text || childOf(message, 'anonymous', names.bauta)) return null;
	return { room: xmppRoomId(from), id: attribute(message, 'id'), author: from, account: `xmpp:${from}`, text };
}

/** XEP-0313 §4.2 with XEP-0297. The archive is the room's own: outer and inner message name the same room. */
function archivedIn(outer: XmlElement): { message: XmlElement; stamp: Stamp } | null {
	const result = childOf(outer, 'result', names.archive);
	const forwarded = result && childOf(result, 'forwarded', names.forward);
	const message = forwarded && childOf(forwarded, 'message', names.client);
	if (!result || !forwarded || !message || bareJid(attribute(message, 'from')) !== attribute(outer, 'from')) return null;
	const delay = childOf(forwarded, 'delay', names.delay);
	const time = delay ? unixTime(attribute(delay, 'stamp')) : null;
	return time === null ? null : { message, stamp: { archiveId: attribute(result, 'id'), time } };
}

/**
 * A message that carries an envelope, or comes without one from somebody who is called as anonymous authors are, live, from the room's history
 * or from its archive; null for anything else. `arrival`: unix seconds.
 * `isLive`: the room has sent its history already.
 */
export function readMessage(stanza: XmlElement, arrival: number, isLive = true): IncomingMessage | null {
	if (stanza.name !== 'message' || stanza.namespace !== names.client) return null;
	if (!childOf(stanza, 'result', names.archive)) return readGroupMessage(stanza, null, arrival, isLive);
	const archived = archivedIn(stanza);
	return archived && readGroupMessage(archived.message, archived.stamp, arrival, false);
}

/** A public reveal that somebody has posted in a room, live, from its history or from its archive; null for anything else. */
export function readReveal(stanza: XmlElement): PostedReveal | null {
	if (stanza.name !== 'message' || stanza.namespace !== names.client) return null;
	const message = childOf(stanza, 'result', names.archive) ? archivedIn(stanza)?.message : stanza;
	return message ? readGroupReveal(message) : null;
}
