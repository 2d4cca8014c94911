import type { Settings } from '../messages/popup.ts';
import type { Mode } from '../messages/rooms.ts';
import type { StoredNode } from '../protocol/node.ts';

/** A generation that this device can read messages of. */
export interface StoredGeneration {
	generation: number;
	/** at or below A, private, never extended public keys */
	node: StoredNode;
	/** slot after which messages under this generation are foreign; null while it is current */
	closed: number | null;
}

/**
 * What the linked devices of an identity know together, as devices/group.ts describes it. `key` is this device's own and is never
 * handed on: a copy of the vault that is opened on another device (a backup) must draw a new one.
 */
export interface StoredDevices {
	key: string;
	authority: string;
	clock: { time: number; count: number };
	writes: { entry: string; device: string; time: number; count: number; value: string | null }[];
	removed: string[];
	behind: { device: string; authority: string; text: string; place: string; left: boolean }[];
	apart?: true;
	erased: number;
	sync: { way: 'off' | 'browser' | 'relay'; relay: string; last: number; next: number; cleared: number };
}

/** A key of the user's that signs several messages (docs/protocol.md §3, persona), or did so. */
export interface StoredVoice {
	/** the four numbers of its scope's path as 16 bytes, in hex */
	path: string;
	/** room id, or `label:` and the label; absent where another device's messages are all that is known of it */
	scope?: string;
	generation: number;
	/** the persona's number, 31 bits */
	n: number;
	/** unix seconds: when it was begun, or the time of its earliest message that was met. Of several of one path and generation the last counts */
	since: number;
	/** only its messages are known, and `since` from them: it speaks here once the user has said so, as a server may show old ones on purpose */
	met?: true;
	/** whole days since 1970 when it last spoke from here; 0: never */
	used: number;
	/** another one took its place: it does not speak again */
	over?: true;
	/** given up: it is not taken up again, whoever's message shows it */
	forgotten?: true;
}

/** One anonymous self, as the vault keeps it. */
export interface StoredIdentity {
	id: string;
	name: string;
	/** what it was made from */
	kind: 'phrase' | 'xprv' | 'key' | 'devices-only' | 'linked';
	/** A, unless this device was only linked */
	root: StoredNode | null;
	/** the recovery phrase and its BIP-39 passphrase, where there is one */
	phrase: { words: string; passphrase: string } | null;
	confirmed: boolean;
	generations: StoredGeneration[];
	/**
	 * Made from a phrase or key that may be in use elsewhere already, and nothing was posted from here yet: every week's
	 * generation is tried when reading, and a new one is opened before the first post (docs/protocol.md §2). False for a new identity.
	 */
	restored: boolean;
	/** unix seconds */
	created: number;
	/** absent until there is something to share: a device is linked, or a backup is made for one */
	devices?: StoredDevices;
	/** how often the contact code was renewed (docs/protocol.md §8); absent: never */
	contact?: number;
	/** generations that a wrong clock opened: read, and never written under again */
	stray?: StoredGeneration[];
	/** voices that speak more than once; absent where there were none */
	voices?: StoredVoice[];
}

/** The user's settings for one room. */
export interface StoredRoom {
	/** hide all anonymous messages, on every site where `hiddenOn` does not say otherwise: so earlier versions stored it */
	hidden: boolean;
	/** the user's choices for the pages of single sites, one line each: the origin, and + where they are hidden */
	hiddenOn?: string[];
	/** kill switch of this room */
	stopped: boolean;
	mode: Mode;
	/** in mode persona: the label of the voice that speaks here; absent: the room's own */
	voice?: string;
	identity: string | null;
	/** stands in every room of format 1, whatever its network; '' where it is not set */
	anonymousHost: string;
	/** settings of the room's network, which alone knows what they mean (networks/network.ts) */
	[setting: string]: unknown;
}

/** The one JSON document that the vault encrypts. */
export interface VaultDocument {
	version: 1;
	identities: StoredIdentity[];
	settings: Settings;
	rooms: Record<string, StoredRoom>;
}

/** The record of a room for which nothing was set. */
export function defaultRoom(): StoredRoom {
	return { hidden: false, stopped: false, anonymousHost: '', mode: 'one-time', identity: null };
}

/** The settings of a new vault; an object of its own each time, since a document is changed in place. */
export function defaultSettings(): Settings {
	return { delayMin: 2, delayMax: 12, lockMinutes: 15, perMinute: 6, perDay: 100, killSwitch: false };
}

/** The document of a new vault: these identities, the default settings, no rooms. */
export function newDocument(...identities: StoredIdentity[]): VaultDocument {
	return { version: 1, identities, settings: defaultSettings(), rooms: {} };
}
