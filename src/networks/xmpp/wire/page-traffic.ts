import { bareJid, xmppRoomId } from '../../../protocol/room.ts';
import type { Frame, Reading } from '../../network.ts';
import { plainAddress } from '../../page-word.ts';
import { isBareJid, resourceOf } from './jid.ts';
import { readMessage, stanzasIn } from './messages.ts';
import { names } from './namespaces.ts';
import { attribute, childOf, childrenOf, parseXml, textOf, type XmlElement } from './xml.ts';

// What the page's own traffic says. It is hostile input: whatever is wrong in it says nothing.

function endpoint(url: string, kind: 'ws' | 'http'): string | null {
	const address = plainAddress(url);
	return address && new RegExp(`^${kind}s?:`).test(address.base) ? `${address.base}${address.path}` : null;
}

const hasStatus = (presence: XmlElement, code: string): boolean => {
	const user = childOf(presence, 'x', names.mucUser);
	return user !== undefined && childrenOf(user, 'status', names.mucUser).some((status) => attribute(status, 'code') === code);
};

function readStanza(stanza: XmlElement, reading: Reading, arrival: number): void {
	const from = attribute(stanza, 'from');
	const room = bareJid(from);
	readSpeech(stanza, true, reading);
	if (stanza.name === 'presence' && isBareJid(room) && resourceOf(from) !== '' && hasStatus(stanza, '110')) {
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
		if (frame.direction === 'out') readSpeech(parseXml(frame.data), false, reading);
		else for (const stanza of stanzasIn(frame.data)) readStanza(stanza, reading, arrival);
	} catch {
		// not XMPP, or cut off: it says nothing
	}
	return reading;
}
