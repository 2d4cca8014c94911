/**
 * The main-world script: sees the page's own traffic before anything of the page runs, hands over what tells of anonymous messages,
 * and holds back what the page would say in a room that is closed to the account. It adds no name to the page.
 */

import { handshake, type ToTap } from '../messages/tap.ts';
import { setNotices } from './anonymous-frames.ts';
import { exactIds } from './exact-ids.ts';
import type { Gate } from './gate.ts';
import { nostrGate } from './nostr-gate.ts';
import { takeNotices } from './notices.ts';
import { apply, listen, messageData, NativeProxy, weakGet, weakSet, whenSettled } from './primordials.ts';
import { guardSigner } from './signer-gate.ts';
import {
	addressesClosedOn,
	type Connection,
	closeRooms,
	otherPort,
	ownPort,
	passGate,
	post,
	report,
	reportRing,
	reportSpeech,
	sendInTurn,
} from './traffic.ts';
import { gateWorkers } from './worker-messages.ts';
import { hearWorkers } from './workers.ts';
import { xmppGate } from './xmpp-gate.ts';

const { WebSocket: NativeSocket, fetch: nativeFetch, Response: NativeResponse, XMLHttpRequest: NativeRequest, document } = window;
const socketSend = NativeSocket.prototype.send;
const requestSend = NativeRequest.prototype.send;
const cloneResponse = NativeResponse.prototype.clone;
const readText = NativeResponse.prototype.text;
const read = <T extends object, K extends keyof T>(prototype: T, name: K) => {
	const get = Object.getOwnPropertyDescriptor(prototype, name)?.get as () => T[K];
	return (self: T) => apply(get, self, []) as T[K];
};
const socketUrl = read(NativeSocket.prototype, 'url');
const socketProtocol = read(NativeSocket.prototype, 'protocol');
const socketState = read(NativeSocket.prototype, 'readyState');
const responseUrl = read(NativeRequest.prototype, 'responseURL');
const responseText = read(NativeRequest.prototype, 'responseText');
const fetchedUrl = read(NativeResponse.prototype, 'url');
const queryAll = document.querySelectorAll.bind(document);

function watchSigner(): void {
	if (__NETWORK__ !== 'xmpp' && addressesClosedOn('nostr').length > 0)
		guardSigner(
			() => addressesClosedOn('nostr'),
			(room) => post({ kind: 'blocked', network: 'nostr', room }),
		);
}

/** Nostr has no subprotocol; RFC 7395 has one, and what has any other gets the same gate, which reports and refuses XMPP alone. */
const networkOf = (socket: WebSocket) => (socketProtocol(socket) === '' ? 'nostr' : 'xmpp');
/** Null for a socket that is none of this tap's networks. */
function gateFor(socket: WebSocket): Gate | null {
	const network = networkOf(socket);
	if (__NETWORK__ !== 'xmpp' && network === 'nostr') return nostrGate();
	return __NETWORK__ !== 'nostr' && network === 'xmpp' ? xmppGate() : null;
}
/** Each from the page's first word on: on both networks it is the page that speaks first. */
const connectionBySocket = new WeakMap<WebSocket, Connection>();
function connectionOf(socket: WebSocket): Connection | null {
	const earlier = weakGet(connectionBySocket, socket) as Connection | undefined;
	if (earlier) return earlier;
	const gate = gateFor(socket);
	if (!gate) return null;
	const connection: Connection = { gate, held: [] };
	weakSet(connectionBySocket as WeakMap<object, Connection>, socket, connection);
	listen(socket, 'message', (event) => {
		// no script can change `isTrusted`: an event that the page made up says nothing of where a server is (THREATS.md D1)
		if (!event.isTrusted) return;
		report(gate, 'in', socketUrl(socket), messageData(event));
		reportSpeech(gate, 'in', socketUrl(socket), messageData(event));
	});
	return connection;
}

function sendOn(connection: Connection, self: WebSocket, data: unknown): undefined {
	if (typeof data !== 'string') {
		// RFC 7395 §3.2 and NIP-01 have text frames only: a binary frame can only be an attempt to get around the gate
		if (addressesClosedOn(connection.gate.network).length > 0) return;
		apply(socketSend, self, [data]);
		return;
	}
	const { data: allowed, more } = passGate(connection.gate, data);
	reportSpeech(connection.gate, 'out', socketUrl(self), allowed);
	if (allowed) apply(socketSend, self, [allowed]);
	for (let at = 0; at < more.length; at++) apply(socketSend, self, [more[at]]);
}

NativeSocket.prototype.send = new NativeProxy(socketSend, {
	apply(target, self: WebSocket, values: [unknown]) {
		const data = values[0];
		let connection: Connection | null;
		try {
			connection = socketState(self) === 1 ? connectionOf(self) : null;
			if (!connection) return apply(target, self, values);
			report(connection.gate, 'out', socketUrl(self), data);
			watchSigner();
		} catch {
			return apply(target, self, values);
		}
		const open = connection;
		return sendInTurn(open, data, () => (socketState(self) === 1 ? sendOn(open, self, data) : undefined));
	},
});

/** Bodies of BOSH requests (XEP-0124) are told by their namespace; no other request is looked at. */
const isBosh = (body: unknown): body is string => typeof body === 'string' && body.includes('http://jabber.org/protocol/httpbind');
/** Hears and gates what goes by `XMLHttpRequest` and `fetch`. */
function hearBosh(connection: Connection): void {
	const { gate } = connection;
	function passBosh(body: string): string {
		const { data } = passGate(gate, body);
		reportSpeech(gate, 'out', '', data);
		return data;
	}

	NativeRequest.prototype.send = new NativeProxy(requestSend, {
		apply(target, self: XMLHttpRequest, values: [unknown]) {
			const body = values[0];
			if (!isBosh(body)) return apply(target, self, values);
			listen(self, 'load', (event) => {
				if (!event.isTrusted) return;
				try {
					report(gate, 'out', responseUrl(self), body);
					report(gate, 'in', responseUrl(self), responseText(self));
					reportSpeech(gate, 'in', '', responseText(self));
				} catch {
					// not a text response
				}
			});
			return sendInTurn(connection, body, () => apply(target, self, [passBosh(body)]));
		},
	});

	window.fetch = new NativeProxy(nativeFetch, {
		apply(target, self, values: [RequestInfo | URL, RequestInit | undefined]) {
			const body = values[1]?.body;
			if (!isBosh(body)) return apply(target, self, values);
			const answer = apply(target, self, [values[0], { ...values[1], body: passBosh(body) }]) as Promise<Response>;
			whenSettled(
				answer,
				(response) => {
					report(gate, 'out', fetchedUrl(response), body);
					whenSettled(apply(readText, apply(cloneResponse, response, []), []) as Promise<string>, (data) => {
						report(gate, 'in', fetchedUrl(response), data);
						reportSpeech(gate, 'in', '', data);
					});
				},
				() => {},
			);
			return answer;
		},
	});
}

if (__NETWORK__ !== 'nostr') {
	hearBosh({ gate: xmppGate(), held: [] });
	gateWorkers();
}

if (__NOTICES__)
	takeNotices(reportRing, (source) => {
		const connection = weakGet(connectionBySocket, source as WebSocket) as Connection | undefined;
		return connection ? { gate: connection.gate, url: socketUrl(source as WebSocket) } : null;
	});

ownPort.onmessage = (event) => {
	const message = messageData(event) as ToTap;
	if (message.kind === 'close') {
		closeRooms(message.rooms);
		watchSigner();
		post({ kind: 'closed', serial: message.serial });
	} else if (message.kind === 'workers') {
		const gate = __NETWORK__ === 'xmpp' ? null : nostrGate();
		if (gate) hearWorkers((json) => report(gate, 'in', '', `["EVENT",${json}]`));
	} else if (__NOTICES__ && message.kind === 'notices') setNotices(message.active);
	else if (message.kind === 'exact') {
		let id = '';
		try {
			id = exactIds[message.frontend]?.(queryAll, message) ?? '';
		} catch {
			// the page's objects are not what they were
		}
		post({ kind: 'exact', serial: message.serial, id });
	}
};
window.dispatchEvent(new MessageEvent(handshake, { ports: [otherPort] }));
