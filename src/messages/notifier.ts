/** What the popup asks about a notifier of the user's own: a server that tells their phone of new messages. */
import type { Fault, RoomRef } from './rooms.ts';

/** How a notifier reaches the phone: by a topic of ntfy, or by any web address that takes what is posted to it. */
export type DeliveryKind = 'ntfy' | 'hook';

/** What keeps a notifier from reading a room, as it says itself (docs/notifier.md). */
export const roomFaults = ['unreachable', 'refused', 'gone', 'closed', 'no-anonymous', 'no-archive', 'flooding'] as const;
/** One of them. */
export type RoomFault = (typeof roomFaults)[number];
/** Why its last push did not reach the phone. */
export const deliveryFaults = ['unreachable', 'refused', 'redirected', 'private-address', 'not-allowed', 'gone'] as const;
/** One of them. */
export type DeliveryFault = (typeof deliveryFaults)[number];

/** A room that is followed, or is open in a tab and can be. */
export interface NotifierRoom {
	room: RoomRef;
	/** what people call it; '' where that is not known here */
	name: string;
	follow: boolean;
	/** the notifier is to leave out the user's own messages, and gets keys for that */
	keys: boolean;
	/** keys are to be given, and another identity writes here than the one that the user agreed to: none are, until they say so */
	asks: boolean;
	/** the notifier was not told all of this yet: it is with the next visit */
	waits: boolean;
	/** unix seconds until which the keys that it has count; 0: it has none, or that is not certain */
	until: number;
	/** why the notifier does not take this room */
	fault: Fault | null;
	/** why it cannot read it */
	state: RoomFault | null;
}

/** The notifier in use. Its secret is not in it. */
export interface OwnNotifier {
	address: string;
	kind: DeliveryKind;
	/** where the phone is reached, without the kind */
	target: string;
	/** the browser lets Bauta reach it */
	isAllowed: boolean;
	/** something was sent to it, and with that its secret and where the phone is, whether it answered or not */
	wasAsked: boolean;
	/** it has taken this browser in */
	isRegistered: boolean;
	/** unix ms: when it last answered as it should; 0: never */
	seen: number;
	/** what went wrong the last time it was asked */
	fault: Fault | null;
	/** why its last push did not arrive */
	delivery: DeliveryFault | null;
}

/** A notifier, if there is one, and every room that can be followed. */
export interface NotifierState {
	notifier: OwnNotifier | null;
	rooms: NotifierRoom[];
}

/**
 * Popup → background: all of it by hand. What goes wrong at the notifier stands in the answer, and is tried again with the next visit; what was
 * written wrongly is thrown.
 */
export interface NotifierRequests {
	'notifier.state': { in: Record<string, never>; out: NotifierState };
	/** stores a notifier, and asks it nothing. `secret`: '' keeps the one that is stored */
	'notifier.set': { in: { address: string; secret: string; kind: DeliveryKind; target: string }; out: NotifierState };
	/** asks the notifier at once to take this browser in, and tells it all that it does not know yet */
	'notifier.visit': { in: Record<string, never>; out: NotifierState };
	/** `keys`: it is to leave out the user's own messages; `past`: also those of the thirty days before this period */
	'notifier.room': { in: { room: RoomRef; follow: boolean; keys: boolean; past: boolean }; out: NotifierState };
	/** has the notifier forget everything. `alone`: only this browser forgets, as the notifier cannot be reached */
	'notifier.revoke': { in: { alone: boolean }; out: NotifierState };
}
