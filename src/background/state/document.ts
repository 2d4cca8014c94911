import { BautaError } from '../../messages/errors.ts';
import type { Settings } from '../../messages/popup.ts';
import type { Fault } from '../../messages/rooms.ts';
import { newestGenerationToTry } from '../../protocol/generation.ts';
import type { StoredIdentity, StoredRoom, VaultDocument } from '../../vault/document.ts';
import { defaultRoom, defaultSettings } from '../../vault/document.ts';
import { isHiddenOn, withHiddenOn } from './hidden-messages.ts';
import { lastSettings, noteSettings } from './last-settings.ts';
import { isUnlocked, onLock, onUnlock, requireUnlocked, withKey } from './lock.ts';
import { SessionValue } from './session-value.ts';
import { roomIn, siteIn, siteRoom } from './site-room.ts';
import { vault } from './vault.ts';

// The decrypted document, while unlocked.
let current: Promise<VaultDocument> | null = null;
let notices: Fault[] = [];
/**
 * What the vault says of rooms, by canonical id, but for how and as whom the user writes there. It stays in memory after the lock, until the
 * browser closes: the lock must not change what a page sees of a room, nor when and where its server is asked (THREATS.md P9).
 */
const roomsAtHand = new SessionValue<Record<string, StoredRoom>>('rooms-at-hand', {});

onLock(() => {
	current = null;
	notices = [];
});
onUnlock(() => {
	current = null;
});

/** Which identities there are, and all that their keys follow from. Names, settings and what devices share are not in it. */
const keysOf = ({ identities }: VaultDocument): string =>
	JSON.stringify(identities.map(({ id, root, restored, generations, stray }) => [id, root, restored, generations, stray]));

/** Called when voices that speak more than once changed, once the change is stored. */
export function onVoicesChange(listener: () => void): void {
	voicesListeners.push(listener);
}
const voicesListeners: (() => void)[] = [];
const voicesOf = ({ identities }: VaultDocument): string => JSON.stringify(identities.map(({ id, voices }) => [id, voices]));

const keysListeners: (() => void)[] = [];
/** Called when identities or their generations changed, once the change is stored and `readDocument` gives it. */
export function onKeysChange(listener: () => void): void {
	keysListeners.push(listener);
}

/**
 * Makes a stored document the current one. What was read before may be older than what the change began with: another worker writes, too.
 */
async function makeCurrent(document: VaultDocument): Promise<void> {
	const before = await current?.catch(() => null);
	if (await isUnlocked()) current = Promise.resolve(document);
	if (!before || keysOf(before) !== keysOf(document)) for (const listener of keysListeners) listener();
	if (before && voicesOf(before) !== voicesOf(document)) for (const listener of voicesListeners) listener();
}

const routeListeners: ((rooms: string[]) => void)[] = [];
/** Called with canonical ids of rooms whose route the vault describes otherwise than it was known so far. */
export function onRoutesChange(listener: (rooms: string[]) => void): void {
	routeListeners.push(listener);
}
const routeOf = ({ hidden: _, hiddenOn: __, stopped: ___, ...route }: StoredRoom): string => JSON.stringify(route);

async function rememberRooms({ rooms }: VaultDocument): Promise<void> {
	const { mode, identity } = defaultRoom();
	const records = Object.fromEntries(
		Object.entries(rooms).map(([id, { voice: _, ...room }]): [string, StoredRoom] => [id, { ...room, mode, identity }]),
	);
	const before = await roomsAtHand.get();
	if (JSON.stringify(before) === JSON.stringify(records)) return;
	const changed = Object.keys({ ...before, ...records }).filter(
		(id) => routeOf(before[id] ?? defaultRoom()) !== routeOf(records[id] ?? defaultRoom()),
	);
	// a full memory must not keep the document from being read
	await roomsAtHand.set(records).catch(() => {});
	if (changed.length > 0) for (const listener of routeListeners) listener(changed);
}

/** What was hidden or shown again while the vault was locked, by site and room: it is stored with the next unlock. */
const laterHidden = new SessionValue<Record<string, boolean>>('later-hidden', {});

/** Whether the anonymous messages of a room (canonical id) are hidden on this site. The same while the vault is locked. */
export async function isRoomHidden(site: string, room: string): Promise<boolean> {
	const later = (await laterHidden.get())[siteRoom(site, room)];
	return later ?? isHiddenOn((await roomsAtHand.get())[room] ?? defaultRoom(), site);
}

/** Hides the anonymous messages of a room on this site, or shows them again. */
export async function hideRoom(site: string, room: string, isHidden: boolean): Promise<void> {
	if (await isUnlocked()) return changeRoom(room, withHiddenOn(await readRoom(room), site, isHidden));
	await laterHidden.update((all) => {
		all[siteRoom(site, room)] = isHidden;
	});
}

onUnlock(async () => {
	const changes = Object.entries(await laterHidden.get());
	if (changes.length === 0) return;
	await changeDocument(({ rooms }) => {
		for (const [name, isHidden] of changes) {
			const [site, room] = [siteIn(name), roomIn(name)];
			const before = { ...defaultRoom(), ...rooms[room] };
			rooms[room] = { ...before, ...withHiddenOn(before, site, isHidden) };
		}
	});
	await laterHidden.set({});
});

async function load(): Promise<VaultDocument> {
	const { opened, document } = await withKey(async (key) => {
		const before = await vault.open(key);
		return { opened: before, document: await withoutWildGenerations(key, before.document) };
	});
	notices = document === opened.document ? opened.notices : [...opened.notices, { code: 'generations-mended', detail: '' }];
	await rememberRooms(document);
	await noteSettings(document.settings).catch(() => {});
	return document;
}

/** The document mended, and stored so, where a wrong clock has opened generations; else the same one. */
async function withoutWildGenerations(key: Uint8Array, document: VaultDocument): Promise<VaultDocument> {
	const now = Math.floor(Date.now() / 1000);
	const newest = newestGenerationToTry(now);
	if (document.identities.every(({ generations }) => generations.every(({ generation }) => generation <= newest))) return document;
	const { mendGenerations } = await import('../../devices/wild-generations.ts');
	const mend = ({ identities }: VaultDocument) => identities.map((identity) => mendGenerations(identity, now)).includes(true);
	if (!mend(structuredClone(document))) return document;
	const updated = await vault.update(key, (before) => {
		const copy = structuredClone(before);
		mend(copy);
		return copy;
	});
	return updated.document;
}

/** The document. Throws `vault-locked`. The caller does not change it. */
export async function readDocument(): Promise<VaultDocument> {
	await requireUnlocked();
	current ??= load().catch((thrown) => {
		current = null;
		throw thrown;
	});
	return current;
}

/**
 * Changes the document on disk, with no other write in between, and then makes it the current one. Where `change` throws nothing is
 * written.
 */
export async function changeDocument<R>(change: (document: VaultDocument) => R): Promise<R> {
	let result: { of: R } | undefined;
	const { document, notices: fresh } = await withKey((key) =>
		vault.update(key, (before) => {
			const copy = structuredClone(before);
			result = { of: change(copy) };
			return copy;
		}),
	);
	await makeCurrent(document);
	await rememberRooms(document);
	await noteSettings(document.settings).catch(() => {});
	notices = [
		...notices,
		...fresh.filter((notice) => !notices.some(({ code, detail }) => code === notice.code && detail === notice.detail)),
	];
	if (!result) throw new BautaError('internal');
	return result.of;
}

/** What the vault survived, to be told until it was read (`readNotice`). */
export const vaultNotices = (): Fault[] => notices;
/** Tells the user of something that Bauta could not go on with, until they have read it, or the vault is locked. */
export function noteNotice(fault: Fault): void {
	if (!notices.some(({ code, detail }) => code === fault.code && detail === fault.detail)) notices = [...notices, fault];
}
/** Takes a notice away once it was read. The same thing happening again is a new notice. */
export function readNotice({ code, detail }: Fault): void {
	notices = notices.filter((notice) => notice.code !== code || notice.detail !== detail);
}

/** Settings of the open vault; while it is locked the defaults, but for what counts then as well. */
export async function readSettings(): Promise<Settings> {
	return (await isUnlocked()) ? (await readDocument()).settings : { ...defaultSettings(), ...(await lastSettings()) };
}

/** Settings of one room by canonical id; the defaults where there are none. While the vault is locked, those that count then as well. */
export async function readRoom(room: string): Promise<StoredRoom> {
	const rooms = (await isUnlocked()) ? (await readDocument()).rooms : await roomsAtHand.get();
	return { ...defaultRoom(), ...rooms[room] };
}

/** Changes settings of one room, by canonical id. Throws `vault-locked`. */
export function changeRoom(room: string, change: Partial<StoredRoom>): Promise<void> {
	return changeDocument((document) => {
		document.rooms[room] = { ...defaultRoom(), ...document.rooms[room], ...change };
	});
}

/** The identity in use in a room: the room's own, else the first. Throws `no-vault` when there is none. */
export async function identityFor(room: string): Promise<StoredIdentity> {
	const document = await readDocument();
	const { identity: ownIdentity } = await readRoom(room);
	const identity = document.identities.find(({ id }) => id === ownIdentity) ?? document.identities[0];
	if (!identity) throw new BautaError('no-vault');
	return identity;
}
