import type { Network, RoomRef } from '../messages/rooms.ts';
import type { FromTap, ToTap } from '../tap/messages.ts';
import { handshake } from '../tap/messages.ts';

export interface Frame {
	direction: 'in' | 'out';
	url: string;
	data: string;
}

export interface TapLink {
	/** resolves when the gate holds on the wire; at once where there is no tap */
	close(rooms: RoomRef[]): Promise<void>;
	/** what a worker tells the page is heard from now on; without this no message of the page's is looked at */
	hearWorkers(): void;
	/** the exact id by which replies name a message, '' where the page does not have it */
	exactId(frontend: string, room: string, message: string, author: string): Promise<string>;
}

const text = (value: unknown, longest: number): value is string => typeof value === 'string' && value.length <= longest;

/**
 * Waits for the tap, and checks all that comes from it as strings of the page.
 * Must be called before the page's first script: whoever speaks first is the tap.
 */
export function linkTap(onFrame: (network: Network, frame: Frame) => void, onBlocked: (room: RoomRef) => void): TapLink {
	let port: MessagePort | null = null;
	let serial = 0;
	const answers = new Map<number, (id: string) => void>();
	let last: RoomRef[] | null = null;

	function ask(make: (serial: number) => ToTap, patience: number): Promise<string> {
		if (!port) return Promise.resolve('');
		const mine = ++serial;
		port.postMessage(make(mine));
		return new Promise((done) => {
			answers.set(mine, done);
			setTimeout(() => answers.delete(mine) && done(''), patience);
		});
	}

	function hear(message: FromTap): void {
		if (typeof message !== 'object' || message === null || !('kind' in message)) return;
		if (message.kind === 'frame') {
			const { direction, url, data, network } = message;
			if (
				(network === 'xmpp' || network === 'nostr') &&
				(direction === 'in' || direction === 'out') &&
				text(url, 2048) &&
				text(data, 65_536)
			)
				onFrame(network, { direction, url, data });
		} else if (message.kind === 'blocked') {
			if (text(message.room, 4096)) onBlocked({ network: message.network, address: message.room });
		} else {
			const done = answers.get(message.serial);
			answers.delete(message.serial);
			done?.(message.kind === 'exact' && text(message.id, 1024) ? message.id : '');
		}
	}

	addEventListener(
		handshake,
		(event) => {
			event.stopImmediatePropagation();
			port = (event as MessageEvent).ports[0] ?? null;
			if (port) port.onmessage = (message) => hear(message.data as FromTap);
			if (port && last) void ask((mine) => ({ kind: 'close', serial: mine, rooms: last ?? [] }), 1000);
		},
		{ once: true, capture: true },
	);

	return {
		async close(rooms) {
			last = rooms.map(({ network, address }) => ({ network, address }));
			await ask((mine) => ({ kind: 'close', serial: mine, rooms: last ?? [] }), 1000);
		},
		hearWorkers: () => port?.postMessage({ kind: 'workers' } satisfies ToTap),
		exactId: (frontend, room, message, author) => ask((mine) => ({ kind: 'exact', serial: mine, frontend, room, message, author }), 1000),
	};
}
