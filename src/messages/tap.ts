/** What the tap in the page's world and the content script say to each other, over a channel. */
import type { Network } from './rooms.ts';

/** As the page sees it: `in` comes from its server. */
export type Direction = 'in' | 'out';

/** The event by which the tap hands over its end of a channel, before any script of the page runs. */
export const handshake = 'load-end';

/** Main world → isolated world. All of it is hostile: the page may have replaced whatever the tap reads. */
export type FromTap =
	/** `rings`: the page would have shown a notification of what is in it, and has shown none */
	| { kind: 'frame'; network: Network; direction: Direction; url: string; data: string; rings?: true }
	/** these came, went or changed in a room; named as the page names authors */
	| { kind: 'presences'; authors: string[] }
	| { kind: 'blocked'; network: Network; room: string }
	| { kind: 'closed'; serial: number }
	| { kind: 'exact'; serial: number; id: string };

/** Isolated world → main world. Nothing secret: the page may read it. */
export type ToTap =
	/** these rooms are closed to the account, all others open; answered by `closed` */
	| { kind: 'close'; serial: number; rooms: { network: Network; address: string }[] }
	/** the page reads its network in a worker: listen to what comes out of it */
	| { kind: 'workers' }
	/** whether Bauta shows notifications in place of the page; said again and again while it does */
	| { kind: 'notices'; active: boolean }
	/** the exact id by which the network's replies name this message; answered by `exact` */
	| { kind: 'exact'; serial: number; frontend: string; room: string; message: string; author: string };
