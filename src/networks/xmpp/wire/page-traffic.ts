import { bareJid, xmppRoomId } from '../../../protocol/room.ts';
import type { Frame, Reading } from '../../network.ts';
import { domainOf, isBareJid, isHost, resourceOf } from './jid.ts';
import { readMessage, stanzasIn } from './messages.ts';
import { names } from './namespaces.ts';
import { attribute, childOf, childrenOf, parseXml, textOf, type XmlElement } from './xml.ts';

// What the page's own traffic says. It is hostile input: whatever is wrong in it says nothing.

const maxItems = 100;

function endpoint(url: string, kind: 'ws' | 'http'): string | null {
	try {
		const { protocol, href, username, password } = new URL(url);
		return new RegExp(`^${kind}s?:$`).test(protocol) && !username && !password && href.length < 2000 ? href : null;
	} catch {
		return null;
	}
}

const hasStatus = (presence: XmlElement, code: string): boolean => {
	const user = childOf(presence, 'x', names.mucUser);
	return user !== undefined && childrenOf(user, 'status', names.mucUser).some((status) => attribute(status, 'code') === code);
};

function readIq(stanza: XmlElement, reading: Reading): void {
	if (attribute(stanza, 'type') !== 'result') return;
	const items = childOf(stanza, 'query', names.items);
	const from = attribute(stanza, 'from');
	// items of a server, not those of a room or a node of a user
	if (items && isHost(from)) {
		const jids = childrenOf(items, 'item', names.items).map((item) => attribute(item, 'jid'));
		const hosts = jids.filter(isHost).slice(0, maxItems);
		if (hosts.length > 0) reading.hints = { ...reading.hints, items: hosts };
	}
	const bind = childOf(stanza, 'bind', names.bind);
	const jid = bind && childOf(bind, 'jid', names.bind);
	const domain = jid ? domainOf(textOf(jid) ?? '') : '';
	if (domain !== '' && isHost(domain)) reading.hints = { ...reading.hints, domain: domain };
}

function readStanza(stanza: XmlElement, reading: Reading, arrival: number): void {
	const from = attribute(stanza, 'from');
	const room = bareJid(from);
	readSpeech(stanza, true, reading);
	if (stanza.name === 'iq') readIq(stanza, reading);
	else if (stanza.name === 'presence' && isBareJid(room) && resourceOf(from) !== '' && hasStatus(stanza, '110')) {
		if (attribute(stanza, 'type') === '') reading.nicks[xmppRoomId(from)] = resourceOf(from);
	} else if (stanza.name === 'message') {
		const message = readMessage(stanza, arrival);
		if (message) reading.messages.push(message);
		const subject = childOf(stanza, 'subject', names.client);
		// XEP-0045 §7.2.15: a subject without a body
		const isTopic = subject && attribute(stanza, 'type') === 'groupchat' && !childOf(stanza, 'body', names.client) && isBareJid(room);
		if (isTopic) reading.topics[xmppRoomId(from)] = textOf(subject) ?? '';
	}
}

/** What the tap leaves of a message of the account's own: `to` and `id`. Such a message comes to a page with the room in `from` alone. */
function readSpeech(stanza: XmlElement, isBack: boolean, reading: Reading): void {
	const to = attribute(stanza, 'to');
	if (stanza.name !== 'message' || attribute(stanza, 'type') !== 'groupchat' || attribute(stanza, 'from') !== '') return;
	if (isBareJid(bareJid(to))) reading.speech = [...(reading.speech ?? []), { room: xmppRoomId(to), id: attribute(stanza, 'id'), isBack }];
}

function readOutgoing(frame: Frame, reading: Reading): void {
	const root = parseXml(frame.data);
	readSpeech(root, false, reading);
	const opens = (root.name === 'open' && root.namespace === names.framing) || (root.name === 'body' && root.namespace === names.bosh);
	const to = attribute(root, 'to');
	if (opens && to !== '' && isHost(to)) reading.hints = { ...reading.hints, domain: to };
}

/** Reads one frame of the page's traffic. `arrival`: unix seconds. Never throws. */
export function readFrame(frame: Frame, arrival: number): Reading {
	const reading: Reading = { messages: [], hints: {}, roomHints: {}, topics: {}, nicks: {} };
	try {
		const websocket = endpoint(frame.url, 'ws');
		if (websocket) reading.hints = { ...reading.hints, websocket: websocket };
		else if (frame.data.includes(names.bosh)) {
			const bosh = endpoint(frame.url, 'http');
			if (bosh) reading.hints = { ...reading.hints, bosh: bosh };
		}
		if (frame.direction === 'out') readOutgoing(frame, reading);
		else for (const stanza of stanzasIn(frame.data)) readStanza(stanza, reading, arrival);
	} catch {
		// not XMPP, or cut off: it says nothing
	}
	return reading;
}
