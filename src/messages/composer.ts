/** What the composer and the background say to each other, over a port. */
import type { Fault, Mode, ReplyTarget, RoomAccess, RoomRef, Theme } from './rooms.ts';

/** How far an outbox entry is; background/outbox/entry.ts says what each state means. */
export type WaitingState = 'waiting' | 'sending' | 'retrying' | 'failed' | 'unsure';

/** Below so many other voices readers may guess who it is, and the user is warned (THREATS.md R1). */
export const fewVoices = 5;

/** One outbox entry as the composer shows it. */
export interface WaitingEntry {
	id: string;
	text: string;
	mode: Mode;
	state: WaitingState;
	/** unix ms when it will be posted; 0 when that is not known */
	due: number;
	fault: Fault | null;
	/** proof of work under way (NIP-13): how much of what it takes on average is done, may pass 1 */
	workFraction?: number;
	/** where it goes; the popup shows entries of many rooms */
	room?: RoomRef;
	/** origin of the site that it was written on */
	site?: string;
}

/** A voice of the user's that speaks more than once, as the composer and the popup show it. */
export interface OwnVoice {
	/** '' for the room's own */
	label: string;
	/** two words; '' where it has no key yet */
	name: string;
	/** its picture (protocol/author.ts), '' where it has no key yet */
	pattern: string;
	/** tells its key from an earlier and a later one; null where it has none */
	n: number | null;
	/** it spoke once, and ended as a device was unlinked or the keys were restored */
	ended: boolean;
	/** another device of the user's speaks as it, by its messages; the user has not said yet whether this one goes on with it */
	met: boolean;
}

/** Everything that a composer shows. */
export interface ComposerState {
	room: RoomRef;
	/** what people call the room, by its address alone */
	name: string;
	/** what the room calls itself, where that is something else: nobody's to trust, so its address is shown with it */
	title?: string;
	/** origin of the room's page */
	site: string;
	/** id of the page's frontend, where the tab still shows it */
	frontend?: string;
	/** the page's tab */
	tab: number;
	/** the tab shows the room no longer; told to composers beside the page */
	gone: boolean;
	theme: Theme;
	on: boolean;
	access: RoomAccess;
	/** hosts on the way to the room that only the page names and the user agreed to */
	by?: string[];
	vault: 'none' | 'locked' | 'unlocked';
	mode: Mode;
	/** in mode persona, whose voice: its label, '' for the room's own */
	label: string;
	/** the voices that may speak here, the room's own first; none while the vault is locked */
	voices: OwnVoice[];
	maxPoints: number;
	reply: ReplyTarget | null;
	waiting: WaitingEntry[];
	/** while locked: how many messages wait here; null: some, here or in other rooms */
	waitingCount?: number | null;
	/** local hints: the account's nick, to warn when the text contains it; '' if unknown */
	nick: string;
	/** foreign anonymous messages in the last 30 days, null = unknown (THREATS.md R1) */
	crowd: number | null;
	tampered: boolean;
	/** Anonymous was left on here, and this tab is a new one: nothing is sent until the user goes on, or writes as themselves */
	held?: boolean;
	/** this site shows notifications, and the user was not asked yet whether Bauta should show those of anonymous messages in its place */
	offersRings?: boolean;
	/** what was being written here when the page rebuilt the room; kept in memory alone, given with the first state */
	draft?: string;
}

/**
 * Why the composer lost the focus: `user` by the Tab key; `page` so soon after a key that no user can have done it; `caught` the same, and the
 * composer has it back by now.
 */
export type BlurCause = 'user' | 'page' | 'caught' | 'unknown';

/** Composer → background, over the port `composer:<ticket>`. */
export type ComposerRequest =
	| {
			kind:
				| 'focus'
				/** Shift and Tab at the first thing in the frame: the switch comes before it */
				| 'back'
				/** out of the page: the room is written to beside it from now on */
				| 'beside'
				| 'clear-reply'
				/** the user has read of Bauta's notifications; they are not asked again */
				| 'rings-read'
				/** beside the page: something happened in its tab; does it show the room still? */
				| 'look'
				| 'alive';
	  }
	| { kind: 'blur'; by: BlurCause }
	/** `label`, `n`: in mode persona, of the voice as it was shown: '' for the room's own, null where it has no key yet */
	| { kind: 'send'; text: string; mode: Mode; label: string; n: number | null; replyTo: string; serial: number }
	| { kind: 'mode'; mode: Mode; label: string }
	/** goes on with a voice that was met, by its number */
	| { kind: 'continue'; label: string; n: number }
	/** a new key for a voice. `from`: that of the one that it takes the place of */
	| { kind: 'renew'; label: string; from: number | null }
	| { kind: 'cancel'; id: string }
	/** `withoutReply`: as a message that answers none */
	| { kind: 'retry'; id: string; withoutReply?: boolean }
	| { kind: 'discard'; id: string }
	/** the switch of a room that came back closed: on, or off to write as oneself */
	| { kind: 'turn'; on: boolean }
	/** what is being written, to be given back if the page takes the frame away; '' when there is nothing */
	| { kind: 'draft'; text: string }
	/** the same before the lock. `rest`: what is left of it if the send of this serial was taken in, which is not known yet; 0: there is none */
	| { kind: 'hand-over'; text: string; rest: string; serial: number };

/** Background → composer. `accepted`/`refused` answer a `send` by its serial; `returned` gives back a cancelled text. */
export type ComposerEvent =
	| { kind: 'state'; state: ComposerState; session: string }
	| { kind: 'accepted'; serial: number; id: string }
	| { kind: 'refused'; serial: number; fault: Fault }
	| { kind: 'returned'; id: string; text: string }
	/** `relays`: of the room's relays, how many have it (Nostr); absent where a room has one server */
	| { kind: 'delivered'; id: string; relays?: { reached: number; all: number } }
	/** a mode or voice that was chosen is not to be had, or not begun anew */
	| { kind: 'unchosen'; fault: Fault }
	/** it was the page that took the focus */
	| { kind: 'stolen' }
	| { kind: 'closed'; fault: Fault };
