/** What is done with all traffic of the page's, by whichever way it goes: handing over what tells something, and the last gate. */
import type { Direction, FromTap } from '../messages/tap.ts';
import { type AnonymousFrame, longestFrame as maxLength, noteFrame } from './anonymous-frames.ts';
import type { Gate } from './gate.ts';
import { later, now, push } from './primordials.ts';

const { port1, port2 } = new MessageChannel();

/** This end of the channel to the isolated world, and the one that goes there. */
export { port1 as ownPort, port2 as otherPort };
/** Tells the isolated world something. */
export const post = MessagePort.prototype.postMessage.bind(port1) as (message: FromTap) => void;

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

/** Tells who comes and goes. */
function reportPresences(gate: Gate, data: string): void {
	const authors = gate.presences?.(data) ?? [];
	if (authors.length > 0 && affordable(data.length)) post({ kind: 'presences', authors });
}

/** Hands a frame over that tells something. */
function reportFrame(gate: Gate, direction: Direction, url: string, data: string): void {
	if (!gate.isReported(direction, data)) return;
	if (data.length > maxLength) {
		// what is too long as a whole may be so for the company it is in
		const frames = gate.split?.(data) ?? [];
		for (let at = 0; at < frames.length; at++)
			if ((frames[at] ?? '').length <= maxLength) reportFrame(gate, direction, url, frames[at] ?? '');
	} else if (affordable(data.length)) post({ kind: 'frame', network: gate.network, direction, url, data });
}

/** Hands over what a frame tells. */
export function report(gate: Gate, direction: Direction, url: string, data: unknown): void {
	try {
		if (typeof data !== 'string') return;
		if (__NOTICES__ && direction === 'in') noteFrame(gate, url, data);
		reportFrame(gate, direction, url, data);
		if (direction === 'in') reportPresences(gate, data);
	} catch {
		// a fault of Bauta's must never disturb the page's own traffic
	}
}

/** Hands a message over once more, as the page would have shown a notification of it: once. False where there is no handing over. */
export function reportRing(frame: AnonymousFrame): boolean {
	const { gate, url, data } = frame;
	if (!frame.isReported) {
		if (!affordable(data.length)) return false;
		frame.isReported = true;
		post({ kind: 'frame', network: gate.network, direction: 'in', url, data, rings: true });
	}
	return true;
}

/** Tells that the account speaks in a room, or that what it said has arrived; never what it said. */
export function reportSpeech(gate: Gate, direction: Direction, url: string, data: unknown): void {
	try {
		const speech = typeof data === 'string' ? gate.speech(direction, data) : '';
		if (speech && speech.length <= maxLength && affordable(speech.length))
			post({ kind: 'frame', network: gate.network, direction, url, data: speech });
	} catch {
		// as above
	}
}

/** The rooms of a network that are closed to the account, by address. */
export function addressesClosedOn(network: string): string[] {
	const rooms: string[] = [];
	for (let at = 0; closedRooms && at < closedRooms.length; at++)
		if (closedRooms[at]?.network === network) push(rooms, closedRooms[at]?.address ?? '');
	return rooms;
}

/** What may leave instead of `data`: the same, or less. */
export function passGate(gate: Gate, data: string): { data: string; more: string[] } {
	const refusal = gate.refuse(data, addressesClosedOn(gate.network));
	if (!refusal) return { data, more: [] };
	post({ kind: 'blocked', network: gate.network, room: refusal.room });
	return refusal;
}

/** One way to a server. */
export interface Connection {
	gate: Gate;
	/** what waits until it is known which rooms are closed */
	held: (() => unknown)[];
}
let waitingConnections: Connection[] = [];

/** Does `leave`, which sends `data`: now, or once it is known which rooms are closed, and then in order. */
export function sendInTurn(connection: Connection, data: unknown, leave: () => unknown): unknown {
	const mayWait = closedRooms === null && typeof data === 'string' && connection.gate.speaks(data);
	if (connection.held.length === 0 && !mayWait) return leave();
	if (connection.held.length === 0) push(waitingConnections, connection);
	push(connection.held, leave);
	return undefined;
}

/** Sends what was held back until it was known which rooms are closed. */
function release(): void {
	const connections = waitingConnections;
	waitingConnections = [];
	for (let at = 0; at < connections.length; at++) {
		const connection = connections[at];
		const acts = connection?.held ?? [];
		if (connection) connection.held = [];
		for (let next = 0; next < acts.length; next++) acts[next]?.();
	}
}

/** The account may not speak in exactly these rooms from now on. */
export function closeRooms(rooms: { network: string; address: string }[]): void {
	closedRooms = rooms;
	release();
}
// a page whose isolated script never speaks must not lose what it says
later(() => {
	if (closedRooms === null) closeRooms([]);
}, 5000);
