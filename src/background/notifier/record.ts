import type { DeliveryFault, DeliveryKind, RoomFault } from '../../messages/notifier.ts';
import type { Fault, RoomRef } from '../../messages/rooms.ts';

/** The name of the encrypted record beside the vault's document: it is in no backup, and no linked device gets it. */
export const notifierRecord = 'notifier';

/** Keys that a notifier was given for one room. */
export interface GivenKeys {
	/** id of the identity that they are of */
	identity: string;
	generation: number;
	/** thirty-day periods, in ascending order */
	periods: number[];
}

/** Keys of which nobody here knows whose they are: what was said last may not have arrived. They are like no others. */
export const uncertainKeys = (): GivenKeys => ({ identity: '', generation: 0, periods: [] });

/** What the user wants of a room, and what the notifier was told of it. */
export interface FollowedRoom {
	room: RoomRef;
	name: string;
	follow: boolean;
	keys: boolean;
	/** id of the identity whose keys the user agreed to give; '' for none. Another one in this room is another question. */
	owner: string;
	/** the period before the one in which the user asked for the past too, until its keys were given; 0: none */
	past: number;
	/** null: nothing, so it does not follow the room */
	given: { keys: GivenKeys | null } | null;
	fault: Fault | null;
	state: RoomFault | null;
}

/** A notifier of the user's own. */
export interface StoredNotifier {
	/** without a slash at the end */
	address: string;
	secret: string;
	kind: DeliveryKind;
	target: string;
	/** the id of this browser there, random, 32 hex digits */
	installation: string;
	/** something was sent to it, whether it answered or not */
	wasAsked: boolean;
	isRegistered: boolean;
	/** unix ms: when it last answered; 0: never */
	seen: number;
	fault: Fault | null;
	delivery: DeliveryFault | null;
	/** unix ms: the next visit that nobody asks for; 0: not drawn yet */
	visit: number;
	/** unix ms: from when on a visit renews the keys; 0: not drawn yet */
	renew: number;
	/** by canonical room id */
	rooms: Record<string, FollowedRoom>;
}
