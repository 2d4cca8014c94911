/** What the popup asks the background. */
import type { OwnVoice, WaitingEntry } from './composer.ts';
import type { Fault, RoomAccess, RoomRef, Tampering } from './rooms.ts';

/** Where messages are written, and when they leave: in the page and soon, or always beside the page and minutes later. */
export type Care = 'everyday' | 'careful';

/** The user's settings, the same for all rooms. */
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
	/** how careful the user wants to be; absent until they were asked, and then it is everyday */
	care?: Care;
	/** Bauta's notifications show what was written; absent: they do not */
	ringText?: boolean;
	/** it shows them while the vault is locked as well, when it cannot tell the user's own messages from others; absent: it does */
	ringLocked?: boolean;
	/** the user was asked, in a composer, whether Bauta should show them */
	ringAsked?: boolean;
}

/** A setting of one room that its network alone understands: a line of text, or a choice. */
export interface RoomSetting {
	name: string;
	/** keys of the words for people: what it is, and what it is good for */
	label: string;
	hint: string;
	/** as the user would write it; '' where nothing is set */
	value: string;
	/** on or off: 'yes' or '' */
	isChoice?: boolean;
}

/** A room of the open tab with the user's own settings for it, as the popup shows it. */
export interface PopupRoom {
	room: RoomRef;
	on: boolean;
	/** Anonymous was left on here: closed to the account until the user goes on, or writes as themselves */
	leftOn?: boolean;
	access: RoomAccess;
	/** hide all anonymous messages in this room */
	hidden: boolean;
	/** messages that wait to leave */
	waiting: number;
	/** what people call it, where that is known */
	name?: string;
	/** this room's own kill switch */
	stopped?: boolean;
	/** settings that the room's network alone understands */
	settings?: RoomSetting[];
	/** addresses whose hosts only the page names as this room's, so that the user is asked about them */
	ask?: string[];
	/** id of the identity in use here */
	identity?: string | null;
}

/** A web chat in a frame of a page: what people call it, and its address; '' where it has none of its own. */
export interface FramedChat {
	name: string;
	url: string;
}

/** What Bauta can do on the page of a tab. */
export type SiteState =
	| { state: 'unsupported' }
	| { state: 'none'; origin: string; frame?: FramedChat }
	/** `frontend`: its id; `name`: what people call this web chat, as its frontend says */
	| { state: 'found'; origin: string; frontend: string; name: string; hosts: string[] }
	| {
			state: 'enabled';
			origin: string;
			frontend: string;
			name: string;
			/** hosts still to be allowed */
			hosts: string[];
			/** the page is a web chat, and was open before Bauta was enabled */
			reload: boolean;
			/** the page is no web chat, but one of its frames is */
			frame?: FramedChat;
			rooms: PopupRoom[];
			/** what this site did to the composer: it has none in its pages */
			caught?: Tampering | null;
	  };

/** An identity as the popup lists it: no key, no phrase. */
export interface IdentitySummary {
	id: string;
	name: string;
	/** 'phrase' | 'key' | 'devices-only' … */
	kind: string;
	/** the two words were asked back and matched */
	confirmed: boolean;
	created: number;
}

/** A voice that speaks more than once, as the popup lists it. */
export interface ListedVoice extends OwnVoice {
	/** what names it in requests */
	path: string;
	/** the room whose voice it is, as people read it; '' for one with a label, or where that is not known here */
	room: string;
	/** unix seconds of the day on which it spoke last from here; 0: it did not */
	used: number;
}

/** Everything that the popup shows at once. */
export interface PopupState {
	vault: 'none' | 'locked' | 'unlocked';
	/** ms until another passphrase may be tried */
	wait: number;
	site: SiteState;
	identities: IdentitySummary[];
	settings: Settings;
	/** the browser lets Bauta show notifications: it does so in place of the sites where anonymous messages come */
	mayNotify?: boolean;
	waiting: WaitingEntry[];
	/** while locked: how many messages wait in all; null: some */
	waitingCount?: number | null;
	notices: Fault[];
	/** every site that Bauta is enabled on, with the name of its web chat */
	sites?: { origin: string; name: string }[];
	/** Firefox: the proxy that the user has chosen, null for none, and whether Firefox lets Bauta use it */
	proxy?: { address: string | null; isAllowed: boolean };
}

/** Popup → background, by `runtime.sendMessage`; only from pages of the extension. */
export interface PopupRequests {
	/** `quiet`: a page that looks by itself; it does not count as use and does not put the automatic lock off */
	'popup.state': { in: { tab: number | null; quiet?: boolean }; out: PopupState };
	/** the user has read this notice of the vault; it is not shown again */
	'notice.read': { in: Fault; out: null };
	'identity.generate': { in: Record<string, never>; out: { phrase: string } };
	/** looks at what the user pasted without storing anything */
	'identity.preview': {
		in: { text: string; passphrase?: string };
		out: {
			kind: string;
			summary: string;
			/** whether the key has a passphrase of its own */
			passphrase?: 'needed' | 'possible' | 'none';
		};
	};
	/**
	 * `replace`: the passphrase of the vault that is there is forgotten; a new one takes its place and the old one is kept, still encrypted
	 */
	'vault.create': { in: { passphrase: string; key: string; keyPassphrase: string; confirmed: boolean; replace?: boolean }; out: null };
	'vault.unlock': { in: { passphrase: string }; out: null };
	'vault.lock': { in: Record<string, never>; out: null };
	'vault.passphrase': { in: { old: string; passphrase: string }; out: null };
	/** `keyPassphrase`: the BIP-39 passphrase that restoring needs as well, '' for none */
	'identity.phrase': { in: { id: string; passphrase: string }; out: { phrase: string; keyPassphrase: string } };
	'identity.confirm': { in: { id: string; words: { index: number; word: string }[] }; out: null };
	'identity.import': { in: { key: string; keyPassphrase: string; name: string }; out: null };
	'identity.rename': { in: { id: string; name: string }; out: null };
	/** the voices of an identity that speak more than once, the one that spoke last first */
	'voices.list': { in: { identity: string }; out: { voices: ListedVoice[] } };
	/** begins a new voice in the place of one. `from`: the number of its key, null where it has ended */
	'voices.renew': { in: { identity: string; path: string; from: number | null }; out: null };
	/** gives a voice up: it is not reached again */
	'voices.forget': { in: { identity: string; path: string }; out: null };
	/** takes an identity out of the vault; the last one stays */
	'identity.remove': { in: { id: string; passphrase: string }; out: null };
	/** how far a slow task (a key file's own passphrase, a backup) has come: 0 to 1, null when none is under way */
	'slow-task.progress': { in: Record<string, never>; out: { fraction: number | null } };
	'slow-task.cancel': { in: Record<string, never>; out: null };
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
	/** takes identities and waiting messages of a vault that was set aside into the open one; the messages wait until the user sends them */
	'aside.open': { in: { id: string; passphrase: string }; out: { identities: number; messages: number } };
	'aside.forget': { in: { id: string }; out: null };
	/** looks which web chat the page in this tab is */
	'site.detect': { in: { tab: number }; out: SiteState };
	/** called before `permissions.request`, so that `permissions.onAdded` knows what to do */
	'site.wanted': { in: { origin: string; frontend: string; name: string; hosts: string[] }; out: null };
	/**
	 * `permissions.request` answered yes while the popup lives. Needed beside `permissions.onAdded`, which stays silent when the
	 * hosts were allowed already (Firefox's own page, an earlier grant). Answered after a look at `permissions.contains`; may come twice.
	 */
	'site.granted': { in: { origin: string }; out: null };
	'site.disable': { in: { origin: string }; out: null };
	'site.reload': { in: { origin: string }; out: null };
	/** the user wants composers again in the pages of a site that was caught */
	'site.forgive': { in: { origin: string }; out: null };
	'settings.set': { in: Partial<Settings>; out: Settings };
	/** Firefox: the SOCKS proxy for all that Bauta asks, as the user wrote it; null: none. Throws `proxy-address` */
	'proxy.set': { in: { address: string | null }; out: null };
	/** `kill`: stops all posting here; `again`: asks the room's server anew; `identity`: the one in use here, null = the first */
	'room.set': {
		in: {
			room: RoomRef;
			/** hides its anonymous messages on the pages of this site, or shows them again */
			hide?: { site: string; hidden: boolean };
			/** one of the network's own settings, as the user wrote it */
			setting?: { name: string; written: string };
			kill?: boolean;
			again?: boolean;
			/** whether the page of this site may lead to the room by these hosts (with their ports) */
			answer?: { site: string; hosts: string[]; use: boolean };
			identity?: string | null;
		};
		/** the network's own settings as they are then */
		out: RoomSetting[];
	};
	'outbox.discard': { in: { id: string }; out: null };
	/** `withoutReply`: as a message that answers none */
	'outbox.retry': { in: { id: string; withoutReply?: boolean }; out: null };
}
