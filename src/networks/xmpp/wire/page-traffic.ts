import { bareJid, xmppRoomId } from '../../../protocol/room.ts';
import type { Frame, Reading } from '../../network.ts';
import { plainAddress } from '../../page-word.ts';
import { isBareJid, isHost, resourceOf } from './jid.ts';
import { clockIn, readMessage, readReveal } from './messages.ts';
import { names } from './namespaces.ts';
import { statusesIn } from './presences.ts';
import { attribute, childOf, parseFrame, parseXml, textOf, type XmlElement } from './xml.ts';

// What the page's own traffic says. It is hostile input: whatever is wrong in it says nothing.

const maxPages = 50;
const maxRooms = 100;

/**
 * What a page's stream has of each room, by bare address: the history that a room sends to who joins, which begins when it lets the account in
 * and ends with the subject, and nothing but live messages after that (XEP-0045 §7.2.13 to §7.2.15).
 */
type Joins = Map<string, 'history' | 'live'>;
const joinsByPage = new Map<string, Joins>();

function trim(map: Map<string, unknown>, most: number): void {
	for (const key of [...map.keys()].slice(0, Math.max(0, map.size - most))) map.delete(key);
}

function joinsOf(page: string): Joins {
	const joins: Joins = joinsByPage.get(page) ?? new Map();
	joinsByPage.delete(page);
	joinsByPage.set(page, joins);
	trim(joins, maxRooms);
	trim(joinsByPage, maxPages);
	return joins;
}

function endpoint(url: string, kind: 'ws' | 'http'): string | null {
	const address = plainAddress(url, kind === 'ws' ? 'websocket' : 'bosh');
	return address && new RegExp(`^${kind}s?:`).test(address.base) ? `${address.base}${address.path}` : null;
}

function readStanza(stanza: XmlElement, reading: Reading, arrival: number, joins: Joins): void {
	const from = attribute(stanza, 'from');
	const room = bareJid(from);
	readSpeech(stanza, true, reading);
	readClock(stanza, reading);
	if (stanza.name === 'presence' && isBareJid(room) && resourceOf(from) !== '' && statusesIn(stanza).has('110')) {
		if (attribute(stanza, 'type') !== '') {
			joins.delete(room);
			return;
		}
		reading.nicks[xmppRoomId(from)] = resourceOf(from);
		if (!joins.has(room)) joins.set(room, 'history');
	} else if (stanza.name === 'message') {
		const message = readMessage(stanza, arrival, joins.get(room) !== 'history');
		if (message) reading.messages.push(message);
		const reveal = message?.wires.length ? null : readReveal(stanza);
		if (reveal) reading.reveals = [...(reading.reveals ?? []), reveal];
		const subject = childOf(stanza, 'subject', names.client);
		// XEP-0045 §7.2.15: a subject without a body
		const isTopic = subject && attribute(stanza, 'type') === 'groupchat' && !childOf(stanza, 'body', names.client) && isBareJid(room);
		if (isTopic && joins.has(room)) joins.set(room, 'live');
		if (isTopic) reading.topics[xmppRoomId(from)] = textOf(subject) ?? '';
	}
}

/** What the tap leaves of a message of the account's own: `to` and `id`. Such a message comes to a page with the room in `from` alone. */
function readSpeech(stanza: XmlElement, isBack: boolean, reading: Reading): void {
	const to = attribute(stanza, 'to');
	if (stanza.name !== 'message' || attribute(stanza, 'type') !== 'groupchat' || attribute(stanza, 'from') !== '') return;
	if (isBareJid(bareJid(to))) reading.speech = [...(reading.speech ?? []), { room: xmppRoomId(to), id: attribute(stanza, 'id'), isBack }];
}

function readOutgoing(root: XmlElement, page: string, reading: Reading): void {
	const opens = (root.name === 'open' && root.namespace === names.framing) || (root.name === 'body' && root.namespace === names.bosh);
	// on a new stream every room is joined anew
	if (opens && attribute(root, 'to') !== '') joinsByPage.delete(page);
	readSpeech(root, false, reading);
}

/** XEP-0202, of a server and not of a person. */
function readClock(stanza: XmlElement, reading: Reading): void {
	const clock = stanza.name === 'iq' && isHost(attribute(stanza, 'from')) ? clockIn(stanza) : null;
	if (clock !== null) reading.clock = clock;
}

/** Reads one frame of the page's traffic. `arrival`: unix seconds. `page`: names the page whose frames follow one another. Never throws. */
export function readFrame(frame: Frame, arrival: number, page = ''): Reading {
	const reading: Reading = { messages: [], hints: {}, roomHints: {}, topics: {}, nicks: {} };
	try {
		const websocket = endpoint(frame.url, 'ws');
		if (websocket) reading.hints = { ...reading.hints, websocket: websocket };
		else if (frame.data.includes(names.bosh)) {
			const bosh = endpoint(frame.url, 'http');
			if (bosh) reading.hints = { ...reading.hints, bosh: bosh };
		}
		if (frame.direction === 'out') readOutgoing(parseXml(frame.data), page, reading);
		else for (const stanza of parseFrame(frame.data).stanzas) readStanza(stanza, reading, arrival, joinsOf(page));
	} catch {
		// not XMPP, or cut off: it says nothing
	}
	return reading;
}
