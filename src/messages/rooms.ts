/** Words that every context shares: rooms, modes, what may be done in a room, and how a message is labelled. */
import type { ErrorCode } from './errors.ts';

/** Every network that this build speaks, one a line. */
export const networks = ['xmpp', 'nostr'] as const;
/** The id of a network. */
export type Network = (typeof networks)[number];

/** How a message is signed (docs/protocol.md §3, §7): by a key of its own, a persona's, a key that nobody keeps, or none. */
export type Mode = 'one-time' | 'persona' | 'no-trace' | 'keyless';

/** A room as a frontend names it. `address` is the network's own (XMPP: bare room JID). */
export interface RoomRef {
	network: Network;
	address: string;
}

/** Bounds of a room's setting that is a list of lines, length in UTF-16 units: devices share no longer one. */
export const settingBounds = { mostLines: 8, longestLine: 300 };

/** Whether two addresses are one room, as its network writes it. */
export const sameRoom = (a: RoomRef, b: RoomRef): boolean => a.network === b.network && a.address === b.address;

/** What went wrong: a code, and what it is about (a word, a host). */
export interface Fault {
	code: ErrorCode;
	detail: string;
}

/** Why a switch is grey, or that it is not. */
export type RoomAccess = { state: 'open'; modes: Mode[]; name?: string } | { state: 'closed'; fault: Fault } | { state: 'looking' };

/**
 * What a page's scripts are told of a room: what is in force, and nothing that depends on the lock, the mode, the user's settings or what
 * waits to leave (THREATS.md P8).
 */
export interface RoomState {
	room: RoomRef;
	on: boolean;
	/** why the room itself takes no anonymous messages; null where it does, or nobody has looked yet */
	fault: Fault | null;
	/** it is written beside the page, and no composer stands in it; false while the switch is off */
	beside: boolean;
	/** hide all anonymous messages in this room; counts when a page opens the room */
	hidden: boolean;
	/** what this site was caught at: there is no composer in its pages until the user says otherwise */
	caught: Tampering | null;
}

/** What a page did to the composer (THREATS.md P3, P7). `keyboard`: took the focus from somebody who wrote; `lid`: laid a field over it. */
export const tamperings = ['removed', 'covered', 'moved', 'small', 'replaced', 'keyboard', 'lid'] as const;
/** One of them. */
export type Tampering = (typeof tamperings)[number];

/** How a voice that has spoken more than once in a room is shown: the same to every reader, whoever they are and whether or not Bauta is locked. */
export interface VoiceLook {
	/** two words; three where another voice in the room has the same two. '' while it has spoken but once */
	name: string;
	/** a small picture of the key: a path in a square of 15 px */
	pattern: string;
	/** how often it has spoken, and since when, in the user's words */
	title: string;
	/** "Proven: this voice is bob", where an account of that name has shown that it is; else '' */
	proof: string;
}

/**
 * How a message is marked. `mine`: the user of this Bauta wrote it. A `reveal` is an account's own message, which says whose voice that account
 * is: what is proven by it, or is not, stands in `look.proof`.
 */
export interface Label {
	kind: 'anonymous' | 'keyless' | 'reveal';
	/** as a number: `true` and `false` are of different lengths as they are handed to a page, whose memory would show which it was (THREATS.md P9) */
	mine: 0 | 1;
	/** what messages of one voice are told together by, out of its public key; none where no key signs */
	voice?: string | undefined;
	/** absent while the voice has spoken but once, and nobody has shown that it is theirs */
	look?: VoiceLook;
	/** other words came under the same id and author: none of them has a label */
	contested?: true;
}

/** Which message on the page gets which label. `author` is the occupant as the page names it. */
export interface LabelledMessage {
	id: string;
	author: string;
	label: Label;
	/** what the page asks by whether it is the user's own by now, `handleLength` characters; absent where that never changes */
	handle?: string;
}

/** UTF-16 units. */
export const handleLength = 20;

/** How the composer should look, read off the page and handed over as values only. */
export interface Theme {
	dark: boolean;
	background: string;
	color: string;
	accent: string;
	fontSize: string;
}

/** The message that the next anonymous one answers. */
export interface ReplyTarget {
	/** '' where it was dropped */
	id: string;
	/** why it was dropped: the room does not show that message to everybody, or the archive was not read that far where the user is careful */
	dropped?: 'not-shown' | 'not-read';
	/** the copy in the room's archive, as a guest reads it; null where it was not read yet. The page's own words are never shown */
	quote: { author: string; excerpt: string; anonymous: boolean } | null;
}
