import type { Fault, Settings } from '../messages.ts';
import type { StoredIdentity, StoredRoom, VaultDocument } from '../vault/document.ts';
import { defaultSettings } from '../vault/document.ts';
import { onLock, onUnlock, requireKey, vaultKey } from './lock.ts';
import { vault } from './vault.ts';

// The decrypted document, while unlocked. One change at a time: each waits for the one before it to be on disk.
let current: Promise<VaultDocument> | null = null;
let queue: Promise<unknown> = Promise.resolve();
let notices: Fault[] = [];

onLock(() => {
	current = null;
	notices = [];
});
onUnlock(() => {
	current = null;
});

async function load(): Promise<VaultDocument> {
	const opened = await vault.open(await requireKey());
	notices = opened.notices;
	return opened.document;
}

/** The document. Throws `vault-locked`. The caller does not change it. */
export async function readDocument(): Promise<VaultDocument> {
	await requireKey();
	current ??= load().catch((thrown) => {
		current = null;
		throw thrown;
	});
	return current;
}

/** Changes a copy, saves it, and only then makes it the current one. */
export function changeDocument<R>(change: (document: VaultDocument) => R): Promise<R> {
	const next = queue.then(async () => {
		const copy = structuredClone(await readDocument());
		const result = change(copy);
		const key = await requireKey();
		await vault.save(key, copy);
		if (await vaultKey()) current = Promise.resolve(copy);
		return result;
	});
	queue = next.catch(() => {});
	return next;
}

export const vaultNotices = (): Fault[] => notices;

/** Settings of the open vault; the defaults while it is locked. */
export async function readSettings(): Promise<Settings> {
	return (await vaultKey()) ? (await readDocument()).settings : defaultSettings;
}

const plainRoom: StoredRoom = { hidden: false, stopped: false, anonymousHost: '', mode: 'one-time', identity: null };
/** Settings of one room by canonical id; the defaults where there are none or the vault is locked. */
export async function readRoom(room: string): Promise<StoredRoom> {
	return { ...plainRoom, ...((await vaultKey()) ? (await readDocument()).rooms[room] : undefined) };
}

export function changeRoom(room: string, change: Partial<StoredRoom>): Promise<void> {
	return changeDocument((document) => {
		document.rooms[room] = { ...plainRoom, ...document.rooms[room], ...change };
	});
}

/** The identity in use in a room: the room's own, else the first. Throws `no-vault` when there is none. */
export async function identityFor(room: string): Promise<StoredIdentity> {
	const document = await readDocument();
	const chosen = (await readRoom(room)).identity;
	const identity = document.identities.find((one) => one.id === chosen) ?? document.identities[0];
	if (!identity) throw new Error('a vault without identity');
	return identity;
}
