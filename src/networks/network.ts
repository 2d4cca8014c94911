import type { ErrorCode } from '../messages/errors.ts';
import type { Mode } from '../messages/rooms.ts';
import type { Channel } from './channel/channel.ts';

/** A message of a room as its transport delivers it, before anyone judged it. All of it is hostile input. */
export interface IncomingMessage {
	/** canonical room id, docs/protocol.md §1 */
	room: string;
	/** the transport's own message id, which the page shows (XMPP: the `id` attribute) */
	id: string;
	/** the id that the room or archive gave, if it gave one (XMPP: stanza-id by the room) */
	archiveId: string;
	/** how the page names the author (XMPP: the occupant's full JID `room/nick`) */
	author: string;
	/** text bodies as received; more than one is no bauta message */
	bodies: string[];
	/** exact id that this message names as the one it answers, or '' */
	replyTo: string;
	/** messageTime, whole unix seconds (docs/protocol.md §0) */
	time: number;
	/** wire forms (b64) found in the message; more than one is no bauta message */
	wires: string[];
	/** 33 bytes where the transport's own signature names the author (Nostr, Status) */
	authorKey?: Uint8Array;
	/** a rich-text twin of the body is there (Matrix) */
	formatted?: boolean;
}

/** What a page's traffic gave away about where its server is and how to reach it. */
export interface Hints {
	/** page origin, e.g. `https://chat.example` */
	origin: string;
	websocket?: string;
	bosh?: string;
	/** domain of the account's server */
	domain?: string;
	/** JIDs listed by disco#items of that domain */
	items?: string[];
	/** the user's own setting, wins over everything */
	anonymousHost?: string;
	/** topic of the room, as the page received it */
	topic?: string;
	/** Nostr: relay URLs that the page uses for this room, at most 8; the background unites what `Reading.relays` tells of it */
	relays?: string[];
	/** Nostr: the user's own relays for this room, win over everything */
	ownRelays?: string[];
}

/** How a network reaches its room anonymously: plain JSON, made by that network's probe and read by its post and archive only. */
export type Way =
	| { network: 'xmpp'; endpoint: { kind: 'bosh' | 'websocket'; url: string }; anonymousHost: string }
	/** `bits`: NIP-13 work that the relays ask for. `root`: kind and author (hex) of the event that a comment room hangs on (NIP-22) */
	| { network: 'nostr'; relays: string[]; bits: number; root?: { kind: number; author: string } };

export interface OpenAccess {
	open: true;
	/** short name of the door, e.g. `anonymous-host` */
	door: string;
	way: Way;
	modes: Mode[];
	/** what the room calls itself, where its address does not say it: one line, nobody's to trust */
	name?: string;
	/** longest text in code points */
	maxPoints: number;
	/** how many people are in the room, if the server says so */
	people: number | null;
}

/** What a probe found. `hosts`: origins that the channel needs host permission for and does not have yet. */
export type Access = OpenAccess | { open: false; reason: ErrorCode; detail: string; hosts?: string[] };

/** Who signs where the transport's own signature names the author (Nostr). Dead after the post. */
export interface Author {
	/** 33 bytes, `02 ‖ x` */
	key: Uint8Array;
	/** BIP-340 signature (64 bytes) of a 32-byte hash */
	sign(hash: Uint8Array): Uint8Array;
}

/** The bytes to put on the wire for one message, made at the moment they are needed. */
export interface Sealed {
	/** canonical text */
	text: string;
	replyTo: string;
	/** b64 wire form, docs/protocol.md §6 */
	wire: string;
	/** random transport-level message id */
	id: string;
	/** only where `signature` is 'nostr': signs the event, and a NIP-42 challenge where a relay demands one */
	author?: Author;
	/** only where `signature` is 'nostr': the finished event as JSON, as `complete` made it; a retry inside the slot hands it back */
	event?: string;
}

export interface Receipt {
	id: string;
	archiveId: string;
	/** unix seconds by the transport's clock */
	time: number;
	/** Nostr: which of the room's relays have it, and why the others have not; absent where a room has one server */
	places?: { reached: string[]; missed: { relay: string; code: ErrorCode; detail: string }[] };
}

export interface Post {
	room: string;
	access: OpenAccess;
	hints: Hints;
	channel: Channel;
	signal: AbortSignal;
	/**
	 * Called once, when everything else is ready, with the transport's clock (unix seconds) if it shows one.
	 * The outbox seals, records that the bytes are about to leave, and resolves. After it resolves the transport sends at once.
	 * `complete`, where given, is awaited on what was sealed before it is recorded: it does the proof of work that a relay asks for
	 * and signs (the work commits to the key, so it comes after it), and its result is what is recorded and returned. It rejects when `signal` aborts.
	 */
	seal(now: number | null, complete?: (sealed: Sealed) => Promise<Sealed>): Promise<Sealed>;
	/**
	 * Called where every server refused what was sealed, and more work is done on the same message: it counts as not handed over until `work`
	 * has its result, which is recorded as `seal` does. Rejects when it was cancelled meanwhile.
	 */
	again?(work: () => Promise<Sealed>): Promise<Sealed>;
	/** told while proof of work is done: hashes tried, and how many it takes on average */
	progress?(tried: number, expected: number): void;
}

export interface Transport {
	/** Looks, never joins, creates or leaves a trace. */
	probe(room: string, hints: Hints, channel: Channel, signal: AbortSignal): Promise<Access>;
	/** Posts one message under a fresh identity. Throws BautaError; after `seal` resolved a thrown error with `sent: unknown` semantics is `outbox-unsure`. */
	post(post: Post): Promise<Receipt>;
	/** The room's public archive, newest `limit` messages that carry an envelope, without joining. */
	readArchive(
		room: string,
		access: OpenAccess,
		hints: Hints,
		channel: Channel,
		limit: number,
		signal: AbortSignal,
	): Promise<IncomingMessage[]>;
}

/** One frame of the page's own traffic, as the tap passed it on. Hostile input. */
export interface Frame {
	direction: 'in' | 'out';
	url: string;
	data: string;
}

/** What a frame says: messages that carry an envelope, and where the server is. */
export interface Reading {
	messages: IncomingMessage[];
	/** hints for the page as a whole; `topics` and `nicks` (the account's own) by room id */
	hints: Partial<Omit<Hints, 'origin' | 'topic'>>;
	topics: Record<string, string>;
	nicks: Record<string, string>;
	/** Nostr: relays that the page uses for a room, by room id */
	relays?: Record<string, string[]>;
	/** what the recorder of the account sees for the transport's clock, unix seconds, if the frame shows it */
	clock: number | null;
}

/** What a network does with bytes: most of its code, of no use while no page of that network is open. */
export interface Traffic {
	read(frame: Frame, arrival: number): Reading;
	transport: Transport;
}

/** Everything the background needs of one network; each folder exports one (`networks/xmpp/network.ts`: `export const xmpp: NetworkAdapter`). */
export interface NetworkAdapter {
	id: 'xmpp' | 'nostr';
	/** canonical room id of an address as the frontend names it (docs/protocol.md §1). Throws `room-private` or `room-gone` on what is no room address. */
	roomId(address: string): string;
	/** what people may call a room that nobody named; default: the address up to its first `@` */
	name?(address: string): string;
	/** origins (match patterns' hosts) that a page with these hints needs besides its own; for the second step of enabling */
	hosts(hints: Hints): string[];
	/** how messages are signed here */
	signature: 'recoverable' | 'nostr';
	/** loads it where it was not used yet */
	traffic(): Promise<Traffic>;
}
