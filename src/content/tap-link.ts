/** The content script's end of the channel to the tap. What comes from there is checked as strings of the page. */
import { type Network, networks, type RoomRef } from '../messages/rooms.ts';
import type { FromTap, ToTap } from '../messages/tap.ts';
import { handshake } from '../messages/tap.ts';
import { isAlive } from './bridge/is-alive.ts';
import { hasJustActed } from './page/user-acts.ts';

/** What the page's own connection carried. */
export interface Frame {
	direction: 'in' | 'out';
	url: string;
	data: string;
	/** it left soon after a key or a click of the user's */
	byUser?: true;
	/** the page would have shown a notification of it */
	rings?: true;
}

/** ms that the tap may take to answer */
const patience = 1000;
const resolvers = new Map<number, (id: string) => void>();
let port: MessagePort | null = null;
let lastSerial = 0;
let closedRooms: RoomRef[] | null = null;

const isText = (value: unknown, maxLength: number): value is string => typeof value === 'string' && value.length <= maxLength;

/** Asks the tap and resolves to its answer: '' where it does not answer in time, and at once '' where there is no tap. */
function askTap(question: (serial: number) => ToTap): Promise<string> {
	if (!port) return Promise.resolve('');
	const serial = ++lastSerial;
	port.postMessage(question(serial));
	return new Promise((resolve) => {
		resolvers.set(serial, resolve);
		setTimeout(() => resolvers.delete(serial) && resolve(''), patience);
	});
}

const tellClosed = () => askTap((serial) => ({ kind: 'close', serial, rooms: closedRooms ?? [] }));

/** Closes exactly these rooms in the tap. Resolves when its gate holds; at once where there is no tap. */
export async function setGate(rooms: RoomRef[]): Promise<void> {
	closedRooms = rooms.map(({ network, address }) => ({ network, address }));
	await tellClosed();
}

/** From now on the tap hears what the page's workers tell the page. Without this call it looks at none of these messages. */
export const hearWorkers = (): void => port?.postMessage({ kind: 'workers' } satisfies ToTap);

/** ms after which the tap is told again that Bauta is there; without that it leaves the page's notifications to it (tap/anonymous-frames.ts) */
const pulse = 10_000;
/** null: no more, until the page is loaded again */
let isTaking: boolean | null = false;
/**
 * Whether the tap takes what the page shows of anonymous messages; null: never again in this page. It does not before this is said, and no longer
 * than Bauta is there.
 */
export function takeNotices(active: boolean | null): void {
	if (isTaking !== null) isTaking = active && isAlive();
	port?.postMessage({ kind: 'notices', active: !!isTaking } satisfies ToTap);
}

/** The exact id by which replies name a message, '' where the page does not have it. */
export const exactId = (frontend: string, room: string, message: string, author: string): Promise<string> =>
	askTap((serial) => ({ kind: 'exact', serial, frontend, room, message, author }));

/** Waits for the tap. Must be called before the page's first script: whoever speaks first is the tap. */
export function linkTap(
	onFrame: (network: Network, frame: Frame) => void,
	onBlocked: (room: RoomRef) => void,
	onPresences: (authors: string[]) => void,
): void {
	function hear(message: FromTap): void {
		if (typeof message !== 'object' || message === null || !('kind' in message)) return;
		if (message.kind === 'frame') {
			const { direction, url, data, network, rings } = message;
			if (networks.includes(network) && (direction === 'in' || direction === 'out') && isText(url, 2048) && isText(data, 65_536))
				onFrame(network, {
					direction,
					url,
					data,
					...(direction === 'out' && hasJustActed() ? { byUser: true } : {}),
					...(rings && { rings: true }),
				});
		} else if (message.kind === 'blocked') {
			if (isText(message.room, 4096)) onBlocked({ network: message.network, address: message.room });
		} else if (message.kind === 'presences') {
			if (Array.isArray(message.authors)) onPresences(message.authors.filter((author) => isText(author, 4096)));
		} else {
			const resolve = resolvers.get(message.serial);
			resolvers.delete(message.serial);
			resolve?.(message.kind === 'exact' && isText(message.id, 1024) ? message.id : '');
		}
	}
	setInterval(() => isTaking && takeNotices(true), pulse);
	addEventListener(
		handshake,
		(event) => {
			event.stopImmediatePropagation();
			port = (event as MessageEvent).ports[0] ?? null;
			if (port) port.onmessage = (message) => hear(message.data as FromTap);
			if (port && closedRooms) void tellClosed();
		},
		{ once: true, capture: true },
	);
}
