/**
 * XMPP by way of a worker: Strophe.js hands stanzas to a shared worker where Converse.js has `connection_options.worker`, and gets those of
 * the server from there. What the page and its workers tell each other is looked at for strings; which of them are stanzas, the gate says.
 */
import {
	apply,
	exec,
	getOwnPropertyDescriptor,
	isArray,
	keysOf,
	listen,
	messageData,
	NativeProxy,
	prototypeOf,
	push,
	weakGet,
	weakSet,
} from './primordials.ts';
import { type Connection, passGate, report, reportSpeech, sendInTurn } from './traffic.ts';
import { xmppGate } from './xmpp-gate.ts';

/** So deep are strings looked for, and among so many values of one list or record: stanzas lie one or two deep. */
const maxDepth = 3;
const maxValues = 50;

function copyOf(value: object): Record<string, unknown> {
	if (!isArray(value)) return { ...value };
	// no spreading: the page may have replaced what iterates
	const copy: unknown[] = [];
	for (let at = 0; at < value.length; at++) push(copy, value[at]);
	return copy as never;
}

/**
 * The same value, with `change` done to every string in it. Lists and plain records alone are looked into; what has no string that changes stays
 * the very same.
 */
function mapTexts(value: unknown, change: (text: string) => string, depth = 0): unknown {
	if (typeof value === 'string') return change(value);
	if (typeof value !== 'object' || value === null || depth === maxDepth) return value;
	const prototype = isArray(value) ? null : prototypeOf(value);
	// a record, of whatever frame
	if (prototype !== null && prototypeOf(prototype) !== null) return value;
	let copy: Record<string, unknown> | null = null;
	const names = keysOf(value);
	for (let at = 0; at < names.length && at < maxValues; at++) {
		const name = names[at] as string;
		// a property that runs code of the page's when it is read is no part of a message
		const before = getOwnPropertyDescriptor(value, name)?.value as unknown;
		const after = mapTexts(before, change, depth + 1);
		if (after === before) continue;
		copy ??= copyOf(value);
		copy[name] = after;
	}
	return copy ?? value;
}

/** What is done with what the page and one worker say to each other. */
interface WorkerLink {
	hear(message: unknown): void;
	/** calls `leave` with what may leave, now or later */
	send(message: unknown, leave: (allowed: unknown) => unknown): unknown;
}

/** Looks after what the page and one worker tell each other of XMPP. */
function linkWorker(): WorkerLink {
	const connection: Connection = { gate: xmppGate(), held: [] };
	const { gate } = connection;
	/** the server's address, where the page has named it to the worker */
	let url = '';
	return {
		hear(message) {
			mapTexts(message, (text) => {
				report(gate, 'in', url, text);
				reportSpeech(gate, 'in', url, text);
				return text;
			});
			// Strophe.js: another tab has opened the stream, and the worker tells whose it is
			const jid = isArray(message) && message[0] === '_attachCallback' ? message[2] : '';
			const domain = typeof jid === 'string' ? exec(/@([^/@"'&<>]+)/, jid)?.[1] : '';
			if (domain) report(gate, 'out', url, `<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="${domain}"/>`);
		},
		send(message, leave) {
			let speaks = '';
			mapTexts(message, (text) => {
				if (exec(/^wss?:/, text)) url = text;
				report(gate, 'out', url, text);
				if (gate.speaks(text)) speaks = text;
				return text;
			});
			const go = () => {
				const followUps: string[] = [];
				const rest = mapTexts(message, (text) => {
					const { data, more } = passGate(gate, text);
					reportSpeech(gate, 'out', url, data);
					for (let at = 0; at < more.length; at++) push(followUps, more[at] ?? '');
					return data;
				});
				leave(rest);
				for (let at = 0; at < followUps.length; at++)
					leave(mapTexts(message, (text) => (gate.speaks(text) ? (followUps[at] ?? '') : text)));
			};
			return sendInTurn(connection, speaks, go);
		},
	};
}

type Poster = { prototype: { postMessage: (...values: never[]) => unknown } };

/**
 * Hears and gates what the page and its workers tell each other from now on. A shared worker is spoken to by a port, and a port of the page's
 * own may be handed to any worker: so all ports are looked after, each from the page's first word on.
 */
export function gateWorkers(): void {
	const links = new WeakMap<object, WorkerLink>();

	function linkOf(poster: EventTarget): WorkerLink {
		const earlier = weakGet(links, poster);
		if (earlier) return earlier;
		const link = linkWorker();
		weakSet(links, poster, link);
		// what a service worker answers comes here
		const source = 'scriptURL' in poster && 'state' in poster ? navigator.serviceWorker : poster;
		listen(source, 'message', (event) => {
			if (event.isTrusted) link.hear(messageData(event));
		});
		return link;
	}
	for (const poster of [window.Worker, window.MessagePort, window.ServiceWorker] as (Poster | undefined)[]) {
		if (!poster) continue;
		poster.prototype.postMessage = new NativeProxy(poster.prototype.postMessage, {
			apply(target, self: EventTarget, values: unknown[]) {
				const data = values[0];
				if (typeof data !== 'string' && (typeof data !== 'object' || data === null)) return apply(target, self, values as never);
				const transfer = values[1];
				const leave = (allowed: unknown) => apply(target, self, (transfer ? [allowed, transfer] : [allowed]) as never);
				return linkOf(self).send(data, leave);
			},
		});
	}
}
