import type { ErrorCode } from '../messages/errors.ts';
import type { RoomSetting } from '../messages/popup.ts';
import type { Mode, Network } from '../messages/rooms.ts';
import type { AnsweredMessage, ArchivedMessage } from './answered.ts';
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

/** A message of a named account that carries a public reveal, as its transport delivers it. Hostile input, but for `account`. */
export interface PostedReveal {
	/** canonical room id */
	room: string;
	/** id and author of that message as the page shows them (`IncomingMessage`) */
	id: string;
	author: string;
	/** who posted it, as the transport authenticates them, in the form of a claimant (docs/protocol.md §8) */
	account: string;
	/** the text form, `bauta-reveal:1:…` */
	text: string;
}

/**
 * Plain JSON of one network. What its fields mean only the network's own folder knows, which reads it by a schema of its own; everybody
 * else keeps it, puts it on disk and hands it back.
 */
export type NetworkJson = Readonly<Record<string, unknown>>;

/** What a page gave away of itself and of the route to its server. All other fields are the network's own. */
export interface Hints {
	/** page origin, e.g. `https://chat.example` */
	origin: string;
	/** topic of the room, as the page received it */
	topic?: string;
	/** by host with its port: whether the user lets this page's word count for it (networks/page-word.ts) */
	answers?: Record<string, boolean>;
	[field: string]: unknown;
}

/** A room in which one may post, and how. */
export interface OpenAccess {
	open: true;
	/** how the room's server is reached: made by the network's probe, read by its post and its archive */
	route: NetworkJson;
	modes: Mode[];
	/** what the room calls itself, where its address does not say it: one line, nobody's to trust */
	name?: string;
	/** longest text in code points */
	maxPoints: number;
	/** hosts on the way that only the page names and the user agreed to */
	by?: string[];
	/** origins that would serve the room, too, if the channel had leave for them */
	hosts?: string[];
}

/**
 * What a probe found. `hosts`: origins that the channel needs host permission for and does not have yet. `ask`: addresses
 * (scheme, host, port) that only the page names, so that the user has to judge their hosts.
 */
export type Access = OpenAccess | { open: false; reason: ErrorCode; detail: string; hosts?: string[]; ask?: string[] };

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
	/** the finished message as its network writes it, where `complete` made one; a retry inside the slot hands it back */
	event?: string;
}

/** The room has a message: under which id, and when. */
export interface Receipt {
	id: string;
	archiveId: string;
	/** unix seconds by the transport's clock */
	time: number;
	/** which of the room's relays have it, and why the others have not; absent where a room has one server */
	relays?: { reached: string[]; missed: { relay: string; code: ErrorCode; detail: string }[] };
}

/** One message to post, and what posting it needs. */
export interface Post {
	room: string;
	access: OpenAccess;
	hints: Hints;
	channel: Channel;
	signal: AbortSignal;
	/** the user wants no delay at all: the parts of the post follow each other at once (THREATS.md T5) */
	isHasty?: boolean;
	/** told right before the room may see a guest; not told by networks where nobody sees one */
	onEnter?(): void;
	/** told as soon as the room has the message; `post` itself ends later, when the guest has left */
	onReceipt?(receipt: Receipt): Promise<void>;
	/**
	 * The message that this one answers, or null. Before `seal` is called the room is asked for it, in the session that posts. Where it does not
	 * show it to a guest, `post` throws `reply-not-shown` and nothing leaves.
	 */
	original: AnsweredMessage | null;
	/**
	 * What the guest is called where rooms name them: the first two words of these, with a further one where that name is taken. A voice has the
	 * same ones each time; of a message whose key nobody meets again they are drawn (THREATS.md I3).
	 */
	words: readonly string[];
	/**
	 * Called once, when everything else is ready, with the transport's clock (unix seconds) if it shows one.
	 * The outbox seals, records that the bytes are about to leave, and resolves. After it resolves the transport sends at once.
	 * `complete`, where given, is awaited on what was sealed before it is recorded: it does the proof of work that a relay asks for
	 * and signs (the work commits to the key, so it comes after it), and its result is what is recorded and returned. It rejects when
	 * `signal` aborts.
	 */
	seal(now: number | null, complete?: (sealed: Sealed) => Promise<Sealed>): Promise<Sealed>;
	/**
	 * Called where every server refused what was sealed for want of proof of work. The message counts as not handed over while `work` does more.
	 * What `work` resolves to is recorded as by `seal`. Rejects when the message was cancelled meanwhile.
	 */
	again?(work: () => Promise<Sealed>): Promise<Sealed>;
	/** told while proof of work is done: hashes tried, and how many it takes on average */
	progress?(tried: number, expected: number): void;
}

/** What a room's archive shows a guest. */
export interface Archive {
	/** the newest messages that carry an envelope */
	messages: IncomingMessage[];
	/** what was read of it, messages without an envelope among them: those that may be answered */
	shown: ArchivedMessage[];
}

/** How a network probes, posts and reads archives. Each call gets a channel of its own. */
export interface Transport {
	/** Looks, never joins, creates or leaves a trace. */
	probe(room: string, hints: Hints, channel: Channel, signal: AbortSignal): Promise<Access>;
	/**
	 * Posts one message under a fresh identity. Throws a BautaError: after `seal` has resolved, the room may have the message in spite of
	 * it, unless it is a refusal.
	 */
	post(post: Post): Promise<Receipt>;
	/** The room's public archive, as far back as the newest `limit` messages that carry an envelope, without joining. */
	readArchive(room: string, access: OpenAccess, channel: Channel, limit: number, signal: AbortSignal): Promise<Archive>;
}

/** One frame of the page's own traffic, as the tap passed it on. Hostile input. */
export interface Frame {
	direction: 'in' | 'out';
	url: string;
	data: string;
}

/** What a frame says: messages that carry an envelope, and where the server is. Rooms by canonical id. */
export interface Reading {
	messages: IncomingMessage[];
	/** about the route of the page as a whole: the network's own fields of `Hints` */
	hints: NetworkJson;
	/** the same about one room */
	roomHints: Record<string, NetworkJson>;
	topics: Record<string, string>;
	/** the account's own nick */
	nicks: Record<string, string>;
	/** the server's clock, unix seconds, where this frame shows it */
	clock?: number;
	/** messages that the account itself sends to rooms, by an id that tells them apart. `isBack`: the server has shown or confirmed it */
	speech?: { room: string; id: string; isBack: boolean }[];
	/** messages of named accounts in which they say that a voice is theirs (docs/protocol.md §8) */
	reveals?: PostedReveal[];
}

/** The room settings of a network. `stored`: the room's record in the vault, in which the network has fields of its own. */
export interface RoomSettings {
	list(address: string, stored: NetworkJson): RoomSetting[];
	/** The fields to store for what the user wrote. Throws a code that tells what is wrong with it. */
	parse(name: string, written: string): NetworkJson;
	/** what they say of the route, as fields of `Hints` */
	hints(stored: NetworkJson): NetworkJson;
}

/** Accounts as statements name them behind the network's name (docs/protocol.md §8), by what the network authenticates. */
export interface AccountForms {
	/** Of what somebody wrote. Throws where it is no account. */
	read(written: string): string;
	/** the account in a room (canonical id) whose nick the page's traffic tells, as people write it; '' where a nick is no account */
	inRoom(room: string, nick: string): string;
	/** as people know it */
	shown(account: string): string;
}

/** What a network does with bytes, and what it knows of routes: most of its code, of no use while no page of that network is open. */
export interface Traffic {
	/**
	 * Reads a frame. `arrival`: unix seconds. `page`: the name of the page that it comes from, as what a frame means may depend on those before
	 * it. Never throws.
	 */
	read(frame: Frame, arrival: number, page?: string): Reading;
	/** What is known of a room's route once more of it was told; without this the newer takes the place of the older, field by field. */
	joinHints?(known: NetworkJson, more: NetworkJson): NetworkJson;
	/** Whether a probe of this room would ask servers that one with the earlier hints did not. Without this it never would. */
	namesMoreServers?(room: string, earlier: NetworkJson, hints: Hints): boolean;
	/** Origins besides the page's own that must be allowed for this room, as far as they are known without a probe. */
	hosts(room: string, hints: Hints): string[];
	settings?: RoomSettings;
	accounts: AccountForms;
	transport: Transport;
}

/**
 * All that the background knows of a network before it is used; each folder exports one (`networks/xmpp/network.ts`: `export const xmpp:
 * NetworkAdapter`).
 */
export interface NetworkAdapter {
	id: Network;
	/**
	 * canonical room id of an address as the frontend names it (docs/protocol.md §1). Throws `room-private` or `room-gone` on what is no
	 * room address.
	 */
	roomId(address: string): string;
	/** what people may call a room that nobody named, from its address alone */
	name(address: string): string;
	/** whether this may be an id by which replies name a message */
	isMessageId(id: string): boolean;
	/** An author as the page names them, in the words of the room's messages and of its archive; null where that cannot be compared. */
	shownAuthor(shown: string): { name: string; archivedName: string } | null;
	/** how messages are signed here */
	signature: 'recoverable' | 'nostr';
	/** a room is on several servers, and the archive of one does not speak for the others */
	severalArchives?: true;
	/** loads it where it was not used yet */
	traffic(): Promise<Traffic>;
}
