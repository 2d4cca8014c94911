/** What the popup asks the background about linked devices. */
import type { Fault } from './rooms.ts';

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

/** How an identity's devices are kept up to date. */
export interface SyncState {
	/** what takes the data between the devices */
	carrier: 'off' | 'browser' | 'relay';
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
	/** the user says that there are no other devices */
	'device.alone': { in: { identity: string }; out: null };
	'sync.set': { in: { identity: string; carrier: SyncState['carrier']; relay: string }; out: null };
	'sync.now': { in: { identity: string }; out: null };
	'own.set': { in: { identity: string; on: boolean }; out: null };
	/** `name` null: all of them */
	'own.forget': { in: { identity: string; name: string | null }; out: null };
	/** makes an identity without a phrase, and the vault with it where there is none */
	'identity.devices-only': { in: { passphrase: string; name: string }; out: null };
	/** forgets everything before now; only an identity without a phrase can */
	'identity.erase': { in: { id: string; passphrase: string }; out: null };
}
