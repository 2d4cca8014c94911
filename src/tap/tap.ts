/**
 * The main-world script: sees the page's own traffic before anything of the page runs, hands over what tells of anonymous messages,
 * and holds back what the page would say in a room that is closed to the account. It adds no name to the page.
 */

import { type Direction, type FromTap, handshake, type ToTap } from '../messages/tap.ts';
import { exactIds } from './exact-ids.ts';
import type { Gate } from './gate.ts';
import { nostrGate } from './nostr-gate.ts';
import { apply, construct, later, listen, messageData, NativeProxy, now, push, weakGet, weakSet, whenSettled } from './primordials.ts';
import { guardSigner } from './signer-gate.ts';
import { hearWorkers } from './workers.ts';
import { xmppGate } from './xmpp-gate.ts';

const maxLength = 65_536;
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

const { port1, port2 } = new MessageChannel();
const post = MessagePort.prototype.postMessage.bind(port1) as (message: FromTap) => void;

/** addresses closed to the account, by network; null until the isolated world has said so for the first time */
let closedRooms: { network: string; address: string }[] | null = null;
let budget = { frames: 5000, characters: 8_000_000, at: now() };

/** A page that floods its own connections gets no more than 500 frames and a million characters a second through. */
function affordable(length: number): boolean {
	const seconds = (now() - budget.at) / 1000;
	budget = {
		frames: Math.min(5000, budget.frames + 500 * seconds) - 1,
		characters: Math.min(8_000_000, budget.characters + 1_000_000 * seconds) - length,
		at: now(),
	};
	if (budget.frames >= 0 && budget.characters >= 0) return true;
	budget.frames += 1;
	budget.characters += length;
	return false;
}

function report(gate: Gate, direction: Direction, url: string, data: unknown): void {
	try {
		if (typeof data !== 'string' || !gate.isReported(direction, data)) return;
		if (data.length <= maxLength && affordable(data.length)) post({ kind: 'frame', network: gate.network, direction, url, data });
	} catch {
		// a fault of Bauta's must never disturb the page's own traffic
	}
}

/** Tells that the account speaks in a room, or that what it said has arrived; never what it said. */
function reportSpeech(gate: Gate, direction: Direction, url: string, data: unknown): void {
	try {
		const speech = typeof data === 'string' ? gate.speech(direction, data) : '';
		if (speech && speech.length <= maxLength && affordable(speech.length))
			post({ kind: 'frame', network: gate.network, direction, url, data: speech });
	} catch {
		// as above
	}
}

function addressesClosedOn(network: string): string[] {
	const rooms: string[] = [];
	for (let at = 0; closedRooms && at < closedRooms.length; at++)
		if (closedRooms[at]?.network === network) push(rooms, closedRooms[at]?.address ?? '');
	return rooms;
}

/** What may leave instead of `data`: the same, or less. */
function passGate(gate: Gate, data: string): { data: string; more: string[] } {
	const refusal = gate.refuse(data, addressesClosedOn(gate.network));
	if (!refusal) return { data, more: [] };
	post({ kind: 'blocked', network: gate.network, room: refusal.room });
	return refusal;
}

function watchSigner(): void {
	if (addressesClosedOn('nostr').length > 0)
		guardSigner(
			() => addressesClosedOn('nostr'),
			(room) => post({ kind: 'blocked', network: 'nostr', room }),
		);
}

interface Connection {
	gate: Gate;
	/** frames that wait until it is known which rooms are closed */
	heldFrames: { self: WebSocket; data: unknown }[];
}
/** Nostr has no subprotocol; RFC 7395 has one, and what has any other gets the same gate, which reports and refuses XMPP alone. */
const gateFor = (socket: WebSocket): Gate => (socketProtocol(socket) === '' ? nostrGate() : xmppGate());
const connectionBySocket = new WeakMap<WebSocket, Connection>();
let waitingConnections: Connection[] = [];
/** BOSH requests that wait likewise */
let heldRequests: (() => unknown)[] = [];

function connectionOf(socket: WebSocket): Connection {
	const connection = weakGet(connectionBySocket, socket) as Connection | undefined;
	if (connection) return connection;
	const created: Connection = { gate: gateFor(socket), heldFrames: [] };
	weakSet(connectionBySocket as WeakMap<object, Connection>, socket, created);
	return created;
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

/** Sends what was held back until it was known which rooms are closed. */
function release(): void {
	const connections = waitingConnections;
	waitingConnections = [];
	for (let at = 0; at < connections.length; at++) {
		const connection = connections[at];
		if (!connection) continue;
		const frames = connection.heldFrames;
		connection.heldFrames = [];
		for (let next = 0; next < frames.length; next++) {
			const frame = frames[next];
			if (frame && socketState(frame.self) === 1) sendOn(connection, frame.self, frame.data);
		}
	}
	const requests = heldRequests;
	heldRequests = [];
	for (let at = 0; at < requests.length; at++) requests[at]?.();
}

NativeSocket.prototype.send = new NativeProxy(socketSend, {
	apply(target, self: WebSocket, values: [unknown]) {
		const data = values[0];
		let connection: Connection;
		try {
			if (socketState(self) !== 1) return apply(target, self, values);
			connection = connectionOf(self);
			report(connection.gate, 'out', socketUrl(self), data);
			watchSigner();
		} catch {
			return apply(target, self, values);
		}
		if (connection.heldFrames.length > 0 || (closedRooms === null && typeof data === 'string' && connection.gate.speaks(data))) {
			if (connection.heldFrames.length === 0) push(waitingConnections, connection);
			return void push(connection.heldFrames, { self, data });
		}
		return sendOn(connection, self, data);
	},
});

window.WebSocket = new NativeProxy(NativeSocket, {
	construct(target, values, newTarget) {
		const socket = construct(target, values, newTarget) as WebSocket;
		// the subprotocol is known once the socket is open, so the gate is made with the first frame
		listen(socket, 'message', (event) => {
			// no script can change `isTrusted`: an event that the page made up says nothing of where a server is (THREATS.md D1)
			if (!event.isTrusted) return;
			const { gate } = connectionOf(socket);
			report(gate, 'in', socketUrl(socket), messageData(event));
			reportSpeech(gate, 'in', socketUrl(socket), messageData(event));
		});
		return socket;
	},
});
NativeSocket.prototype.constructor = window.WebSocket;

/** Bodies of BOSH requests (XEP-0124) are told by their namespace; no other request is looked at. */
const isBosh = (body: unknown): body is string => typeof body === 'string' && body.includes('http://jabber.org/protocol/httpbind');
const boshGate = xmppGate();

function passBosh(body: string): string {
	const { data } = passGate(boshGate, body);
	reportSpeech(boshGate, 'out', '', data);
	return data;
}

NativeRequest.prototype.send = new NativeProxy(requestSend, {
	apply(target, self: XMLHttpRequest, values: [unknown]) {
		const body = values[0];
		if (!isBosh(body)) return apply(target, self, values);
		listen(self, 'load', (event) => {
			if (!event.isTrusted) return;
			try {
				report(boshGate, 'out', responseUrl(self), body);
				report(boshGate, 'in', responseUrl(self), responseText(self));
				reportSpeech(boshGate, 'in', '', responseText(self));
			} catch {
				// not a text response
			}
		});
		const leave = () => apply(target, self, [passBosh(body)]);
		return closedRooms === null && boshGate.speaks(body) ? push(heldRequests, leave) : leave();
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
				report(boshGate, 'out', fetchedUrl(response), body);
				whenSettled(apply(readText, apply(cloneResponse, response, []), []) as Promise<string>, (data) => {
					report(boshGate, 'in', fetchedUrl(response), data);
					reportSpeech(boshGate, 'in', '', data);
				});
			},
			() => {},
		);
		return answer;
	},
});

const workerGate = nostrGate();

port1.onmessage = (event) => {
	const message = messageData(event) as ToTap;
	if (message.kind === 'close') {
		closedRooms = message.rooms;
		watchSigner();
		release();
		post({ kind: 'closed', serial: message.serial });
	} else if (message.kind === 'workers') hearWorkers((json) => report(workerGate, 'in', '', `["EVENT",${json}]`));
	else {
		let id = '';
		try {
			id = exactIds[message.frontend]?.(queryAll, message) ?? '';
		} catch {
			// the page's objects are not what they were
		}
		post({ kind: 'exact', serial: message.serial, id });
	}
};
// a page whose isolated script never speaks must not lose what it says
later(() => {
	if (closedRooms !== null) return;
	closedRooms = [];
	release();
}, 5000);

window.dispatchEvent(new MessageEvent(handshake, { ports: [port2] }));
