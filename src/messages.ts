/**
 * The one typed map of messages between contexts.
 * `content`, `popup` and `composer` know this file and `platform`, nothing of what is behind it.
 */
import type { ErrorCode } from './platform/error.ts';

export type Network = 'xmpp' | 'nostr' | 'matrix' | 'irc';
export type Mode = 'one-time' | 'persona' | 'no-trace' | 'keyless';

/** A room as a frontend names it. `address` is the network's own (XMPP: bare room JID). */
export interface RoomRef {
	network: Network;
	address: string;
}

export interface Fault {
	code: ErrorCode;
	detail: string;
}

/** Why a switch is grey, or that it is not. */
export type RoomAccess = { state: 'open'; modes: Mode[]; name?: string } | { state: 'closed'; fault: Fault } | { state: 'looking' };

/** The state of one room in one tab, as the background holds it: what is shown is what is in force. */
export interface RoomState {
	room: RoomRef;
	on: boolean;
	access: RoomAccess;
	vault: 'none' | 'locked' | 'unlocked';
	/** hide all anonymous messages in this room */
	hidden: boolean;
	/** messages of this tab's user waiting to leave */
	waiting: number;
}

export type Label = { kind: 'anonymous' | 'keyless'; mine: boolean };
/** Which message on the page gets which label. `author` is the occupant as the page names it. */
export interface Labelled {
	id: string;
	author: string;
	label: Label;
}

/** How the composer should look, read off the page and handed over as values only. */
export interface Theme {
	dark: boolean;
	background: string;
	color: string;
	accent: string;
	fontSize: string;
	rtl: boolean;
}

export interface ReplyTarget {
	id: string;
	/** what the page shows as author and text of the message being answered; shown in the composer only */
	author: string;
	excerpt: string;
}

/** Content script → background, by `runtime.sendMessage`. The sender's tab is part of the meaning. */
export interface ContentRequests {
	/** first message of a page; tells which web chat this is */
	'content.hello': { in: { frontend: string; network: Network }; out: { rooms: RoomState[] } };
	/** raw frames from the tap, hostile. `direction` as the page saw it */
	'content.frames': { in: { network: Network; frames: { direction: 'in' | 'out'; url: string; data: string }[] }; out: null };
	/** rooms now open on the page; answers with the state of each */
	'content.rooms': { in: { rooms: RoomRef[] }; out: { rooms: RoomState[] } };
	'content.switch': { in: { room: RoomRef; on: boolean }; out: { room: RoomState } };
	/** one-time ticket for a composer frame bound to this tab and room */
	'content.composer': { in: { room: RoomRef; theme: Theme }; out: { ticket: string } };
	/** "Compose in Bauta's own window" */
	'content.window': { in: { room: RoomRef; theme: Theme }; out: null };
	'content.reply': { in: { room: RoomRef; reply: ReplyTarget | null }; out: null };
	/** the page shows these messages; which of them are anonymous? (after a reload, from the page's own cache) */
	'content.unlabelled': { in: { room: RoomRef; messages: { id: string; author: string }[] }; out: { labels: Labelled[] } };
	'content.hide': { in: { room: RoomRef; hidden: boolean }; out: { room: RoomState } };
	/** the frame was covered, removed or replaced; sending stops */
	'content.tampered': { in: { room: RoomRef; how: string }; out: null };
	/** the last gate on the wire refused something of the page's own */
	'content.blocked': { in: { room: RoomRef; what: string }; out: null };
}

/** Background → content, by `tabs.sendMessage`. */
export interface ContentEvents {
	labels: { room: RoomRef; labels: Labelled[] };
	room: { room: RoomState };
	/** the keyboard shortcut was pressed */
	toggle: Record<string, never>;
	/** unsend the reply line after a send */
	'reply-cleared': { room: RoomRef };
	/** the site was disabled: take everything away, but a room whose switch is on stays closed until reload */
	stop: Record<string, never>;
}

export type WaitingState = 'waiting' | 'sending' | 'retrying' | 'failed' | 'unsure';
/** One outbox entry as the composer shows it. */
export interface Waiting {
	id: string;
	text: string;
	mode: Mode;
	state: WaitingState;
	/** unix ms when it will be posted; 0 when that is not known */
	due: number;
	fault: Fault | null;
	/** proof of work under way (NIP-13): part of what it takes on average, may pass 1 */
	work?: number;
	/** where it goes; the popup shows entries of many rooms */
	room?: RoomRef;
}

export interface ComposerState {
	room: RoomRef;
	/** what people call the room */
	name: string;
	theme: Theme;
	on: boolean;
	access: RoomAccess;
	vault: 'none' | 'locked' | 'unlocked';
	mode: Mode;
	maxPoints: number;
	reply: ReplyTarget | null;
	waiting: Waiting[];
	/** while locked: how many messages wait here; null: some, here or in other rooms */
	held?: number | null;
	/** local hints: the account's nick, to warn when the text contains it; '' if unknown */
	nick: string;
	/** foreign anonymous messages in the last 30 days, null = unknown (LEAKS R1) */
	crowd: number | null;
	tampered: boolean;
	/** what was being written here when the page rebuilt the room; kept in memory alone, given with the first state */
	draft?: string;
}

/** Composer → background, over the port `composer:<ticket>`. */
export type ComposerRequest =
	| { kind: 'focus' }
	| { kind: 'send'; text: string; mode: Mode; replyTo: string; serial: number }
	| { kind: 'mode'; mode: Mode }
	| { kind: 'cancel'; id: string }
	| { kind: 'retry'; id: string }
	| { kind: 'discard'; id: string }
	| { kind: 'clear-reply' }
	/** what is being written, to be given back if the page takes the frame away; '' when there is nothing */
	| { kind: 'draft'; text: string }
	| { kind: 'alive' };
/** Background → composer. `accepted`/`refused` answer a `send` by its serial; `returned` gives back a cancelled text. */
export type ComposerEvent =
	| { kind: 'state'; state: ComposerState; session: string }
	| { kind: 'accepted'; serial: number; id: string }
	| { kind: 'refused'; serial: number; fault: Fault }
	| { kind: 'returned'; id: string; text: string }
	/** `places`: of the room's servers, how many have it (Nostr); absent where a room has one */
	| { kind: 'delivered'; id: string; places?: { reached: number; all: number } }
	| { kind: 'closed'; fault: Fault };

export interface Settings {
	/** random delay before posting, seconds, from 0 */
	delayMin: number;
	delayMax: number;
	/** minutes of idleness before the vault locks; 0 = only by hand and browser close */
	lockMinutes: number;
	perMinute: number;
	perDay: number;
	/** stop all posting everywhere */
	killSwitch: boolean;
}

/** A room of the open tab with the user's own settings for it, as the popup shows it. */
export interface PopupRoom extends RoomState {
	/** what people call it, where that is known */
	name?: string;
	/** this room's own kill switch */
	stopped?: boolean;
	/** the user's own setting for the anonymous host, or '' */
	anonymousHost?: string;
	/** Nostr: the user's own setting of the room's relays; empty: Bauta finds them */
	relays?: string[];
	/** id of the identity in use here */
	identity?: string | null;
}

export type SiteState =
	| { state: 'unsupported' }
	| { state: 'none'; origin: string }
	| { state: 'found'; origin: string; frontend: string; hosts: string[] }
	| {
			state: 'enabled';
			origin: string;
			frontend: string /** hosts still to be allowed */;
			hosts: string[];
			reload: boolean;
			rooms: PopupRoom[];
	  };

export interface IdentitySummary {
	id: string;
	name: string;
	/** 'phrase' | 'key' | 'devices-only' … */
	kind: string;
	/** the two words were asked back and matched */
	confirmed: boolean;
	created: number;
}

export interface PopupState {
	vault: 'none' | 'locked' | 'unlocked';
	/** ms until another passphrase may be tried */
	wait: number;
	site: SiteState;
	identities: IdentitySummary[];
	settings: Settings;
	waiting: Waiting[];
	/** while locked: how many messages wait in all; null: some */
	held?: number | null;
	notices: Fault[];
	/** every site that Bauta is enabled on */
	sites?: { origin: string; frontend: string }[];
}

/** Popup → background, by `runtime.sendMessage`; only from pages of the extension. */
export interface PopupRequests {
	/** `quiet`: a page that looks by itself; it does not count as use and does not put the automatic lock off */
	'popup.state': { in: { tab: number | null; quiet?: boolean }; out: PopupState };
	/** what the vault had to tell was read, and is not told again */
	'notice.read': { in: Fault; out: null };
	'identity.generate': { in: Record<string, never>; out: { phrase: string } };
	/** looks at what the user pasted without storing anything */
	'identity.preview': {
		in: { text: string; passphrase?: string };
		out: {
			kind: string;
			summary: string /** whether it can be opened without one of its own */;
			passphrase?: 'needed' | 'possible' | 'none';
		};
	};
	/** `replace`: the passphrase of the vault that is there is forgotten; a new one takes its place and the old one is kept, still encrypted */
	'vault.create': { in: { passphrase: string; key: string; keyPassphrase: string; confirmed: boolean; replace?: boolean }; out: null };
	'vault.unlock': { in: { passphrase: string }; out: null };
	'vault.lock': { in: Record<string, never>; out: null };
	'vault.passphrase': { in: { old: string; passphrase: string }; out: null };
	/** `keyPassphrase`: the BIP-39 passphrase that restoring needs as well, '' for none */
	'identity.phrase': { in: { id: string; passphrase: string }; out: { phrase: string; keyPassphrase: string } };
	'identity.confirm': { in: { id: string; words: { index: number; word: string }[] }; out: null };
	'identity.import': { in: { key: string; keyPassphrase: string; name: string }; out: null };
	'identity.rename': { in: { id: string; name: string }; out: null };
	/** takes an identity out of the vault; the last one stays */
	'identity.remove': { in: { id: string; passphrase: string }; out: null };
	/** how far slow work (a key file's own passphrase, a backup) has come: 0 to 1, null when none is under way */
	'work.progress': { in: Record<string, never>; out: { fraction: number | null } };
	'work.cancel': { in: Record<string, never>; out: null };
	/** the encrypted backup as text. `roots` false: what a linked device has, and no more */
	'backup.make': { in: { passphrase: string; backupPassphrase: string; roots: boolean }; out: { name: string; text: string } };
	/** opens a backup without storing anything */
	'backup.look': {
		in: { text: string; backupPassphrase: string };
		out: { identities: { name: string; kind: string; created: number }[]; rooms: number };
	};
	/** makes a vault of a backup. `replace`: the vault that is there is set aside, still encrypted, not lost */
	'backup.restore': { in: { text: string; backupPassphrase: string; passphrase: string; replace: boolean }; out: null };
	/** vaults that were set aside because another one took their place */
	'aside.list': { in: Record<string, never>; out: { asides: { id: string; counter: number }[] } };
	/** takes what a vault held that was set aside into the open one: identities, and messages that waited, which then wait for a word */
	'aside.open': { in: { id: string; passphrase: string }; out: { identities: number; messages: number } };
	'aside.forget': { in: { id: string }; out: null };
	'site.probe': { in: { tab: number }; out: SiteState };
	/** called before `permissions.request`, so that `permissions.onAdded` knows what to do */
	'site.wanted': { in: { origin: string; frontend: string; hosts: string[] }; out: null };
	/**
	 * `permissions.request` answered yes while the popup lives. Needed beside `permissions.onAdded`, which stays silent when the
	 * hosts were allowed already (Firefox's own page, an earlier grant). Answered after a look at `permissions.contains`; may come twice.
	 */
	'site.granted': { in: { origin: string }; out: null };
	'site.disable': { in: { origin: string }; out: null };
	'site.reload': { in: { origin: string }; out: null };
	'settings.set': { in: Partial<Settings>; out: Settings };
	/** `identity`: the one in use here; null = the first */
	'room.set': {
		in: {
			room: RoomRef;
			hidden?: boolean;
			anonymousHost?: string;
			relays?: string[];
			kill?: boolean;
			again?: boolean;
			identity?: string | null;
		};
		out: null;
	};
	'outbox.discard': { in: { id: string }; out: null };
	'outbox.retry': { in: { id: string }; out: null };
}

/** One linked device of an identity, as the popup lists it. Days, no finer: unix seconds of their beginning. */
export interface LinkedDevice {
	id: string;
	name: string;
	browser: 'chromium' | 'firefox' | 'other';
	linked: number;
	seen: number;
	holds: 'phrase' | 'root' | 'nothing';
	here: boolean;
	/** the keys of the newest generation may not have reached it */
	behind: boolean;
}

export interface SyncState {
	way: 'off' | 'browser' | 'relay';
	relay: string;
	/** unix ms of the last write that went through; 0: none */
	last: number;
	fault: Fault | null;
}

/** An identity and its devices. `unlink`, `erase`: null where it can be done here, else why not. */
export interface DeviceGroup {
	id: string;
	name: string;
	kind: string;
	devices: LinkedDevice[];
	/** it came from a phrase or a backup: other devices, if there are any, do not have its new keys */
	apart: boolean;
	unlink: Fault | null;
	erase: Fault | null;
	/** texts that hand the newest keys to devices which may not have them, in the order in which they must be taken */
	keys: { device: string; text: string; pictures: string[] }[];
	sync: SyncState;
	ownList: { on: boolean; posts: { name: string; room: string }[] };
}

/** The code that this device shows, to be linked to others. */
export interface LinkOffer {
	text: string;
	words: string[];
	/** unix ms */
	until: number;
}

/** Popup → background: linked devices. */
export interface DeviceRequests {
	'devices.state': { in: Record<string, never>; out: { groups: DeviceGroup[]; offer: LinkOffer | null; deviceName: string } };
	/** on the new device: a code to show */
	'link.offer': { in: { name: string }; out: LinkOffer };
	'link.cancel': { in: Record<string, never>; out: null };
	/** on the new device: the answer, whole or one of its parts. Nothing is saved yet */
	'link.answer': {
		in: { text: string };
		out: { state: 'parts'; have: number; of: number } | { state: 'whole'; words: string[]; name: string; devices: string[] };
	};
	/** on the new device, after the words were compared. `passphrase`: for the vault that is made where there is none */
	'link.accept': { in: { passphrase?: string }; out: null };
	/** on a device that has the identity: looks at a code */
	'link.look': { in: { text: string }; out: { name: string; browser: LinkedDevice['browser']; words: string[] } };
	/** on a device that has the identity: answers the code */
	'link.reply': {
		in: { identity: string; text: string; passphrase: string };
		out: { text: string; pictures: string[]; words: string[] };
	};
	'device.rename': { in: { identity: string; id: string; name: string }; out: null };
	'device.unlink': { in: { identity: string; id: string; passphrase: string }; out: null };
	/** keys of a new generation, from the device that unlinked another; whole or one of their parts */
	'device.keys': { in: { text: string }; out: { state: 'parts'; have: number; of: number } | { state: 'taken'; name: string } };
	/** the other devices have their keys: the texts are not needed any more */
	'device.reached': { in: { identity: string }; out: null };
	/** after a restore: other devices of this self, as the list here has them and as they are found where they sync. `relay`: '' for none */
	'device.find': { in: { identity: string; relay: string }; out: { devices: LinkedDevice[] } };
	/** opens a new generation for this device and those in `keep`; all others count as unlinked */
	'device.rejoin': { in: { identity: string; relay: string; keep: string[]; passphrase: string }; out: null };
	/** there are no other devices */
	'device.alone': { in: { identity: string }; out: null };
	'sync.set': { in: { identity: string; way: SyncState['way']; relay: string }; out: null };
	'sync.now': { in: { identity: string }; out: null };
	'own.set': { in: { identity: string; on: boolean }; out: null };
	/** `name` null: all of them */
	'own.forget': { in: { identity: string; name: string | null }; out: null };
	/** makes an identity without a phrase, and the vault with it where there is none */
	'identity.devices-only': { in: { passphrase: string; name: string }; out: null };
	/** forgets everything before now; only an identity without a phrase can */
	'identity.erase': { in: { id: string; passphrase: string }; out: null };
}

export type Requests = ContentRequests & PopupRequests & DeviceRequests;
export type RequestName = keyof Requests;
export type Answer<N extends RequestName> = { ok: true; value: Requests[N]['out'] } | { ok: false; fault: Fault };
export type Envelope<N extends RequestName = RequestName> = { to: N; body: Requests[N]['in'] };
