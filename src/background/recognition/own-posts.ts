import { forgetOwnPost, ownHash, ownListOn, ownPosts, rememberOwnPost } from '../../devices/own-list.ts';
import type { Mode, RoomRef } from '../../messages/rooms.ts';
import { toHex } from '../../protocol/bytes.ts';
import { canonicalText, contentHash } from '../../protocol/text.ts';
import type { StoredIdentity, VaultDocument } from '../../vault/document.ts';
import { roomIdOf } from '../access/adapters.ts';
import { changeDocument, identityFor, readDocument } from '../state/document.ts';
import { isUnlocked, onLock } from '../state/lock.ts';

/*
 * Own posts that no key can prove, where the user wants them remembered. They are written into the vault alone; what other devices
 * hear of them waits for the day's write (devices/schedule.ts).
 */

/** The posts of one document, by `nameOf`. */
let postIndex: { document: VaultDocument; names: Set<string> } | null = null;
// the index holds on to the document, and the document has every key
onLock(() => {
	postIndex = null;
});
const nameOf = (room: string, hash: string): string => `${hash} ${room}`;

/** So many of what this browser has just posted are known, and so long, ms by `performance`. */
const [mostFresh, freshLife] = [100, 10 * 60_000];
/** What this browser has just posted, in any mode, until when, by `nameOf`: in memory alone, and gone at the lock. */
const freshPosts = new Map<string, number>();
onLock(() => freshPosts.clear());

/**
 * Whether this browser has posted these bytes in the last minutes, since the vault was opened: for Bauta's own notifications alone. No label is made
 * of it, as pages would see one change (THREATS.md P9). `room`: canonical id. `content`: contentHash as hex. `wire`: b64.
 */
export const wasJustPosted = (room: string, content: string, wire: string): boolean =>
	performance.now() < (freshPosts.get(nameOf(room, ownHash(content, wire))) ?? 0);

/** What is needed to remember a message: how the outbox names it (a UUID), and what recognises it later. */
export interface OwnMessage {
	id: string;
	room: RoomRef;
	/** canonical text */
	text: string;
	replyTo: string;
	mode: Mode;
}

/**
 * Remembers a message whose bytes are fixed and about to leave. One that is made anew takes the place of what never left. Does nothing where
 * the list is off, and in the modes that a key proves, but that it does not ring here.
 * @param wire b64 (docs/protocol.md §6)
 */
export async function rememberPosted({ id, room: roomRef, text, replyTo, mode }: OwnMessage, wire: string): Promise<void> {
	const room = roomIdOf(roomRef);
	const hash = ownHash(toHex(contentHash(room, canonicalText(text), replyTo)), wire);
	if (await isUnlocked()) {
		freshPosts.set(nameOf(room, hash), performance.now() + freshLife);
		for (const oldest of [...freshPosts.keys()].slice(0, -mostFresh)) freshPosts.delete(oldest);
	}
	if (mode !== 'keyless' && mode !== 'no-trace') return;
	const identity = await identityFor(room);
	if (!identity.devices || !ownListOn(identity.devices)) return;
	await changeDocument((document) => {
		const changing = document.identities.find((candidate) => candidate.id === identity.id);
		if (!changing?.devices) return;
		const now = Date.now();
		let group = changing.devices;
		// made anew, it takes the place of what never left; a name is given a value only once, so that devices cannot disagree on it
		for (const [name, own] of ownPosts(group)) if (own.id === id) group = forgetOwnPost(group, name, now);
		changing.devices = rememberOwnPost(group, { room, id, hash }, now);
	});
}

/** Forgets a post that nobody has: there is nothing to recognise. `id`: of the outbox entry. */
export async function forgetPosted(id: string): Promise<void> {
	const postsOf = ({ devices }: StoredIdentity) => (devices ? [...ownPosts(devices)].filter(([, own]) => own.id === id) : []);
	if (!(await readDocument()).identities.some((identity) => postsOf(identity).length > 0)) return;
	await changeDocument((document) => {
		for (const identity of document.identities)
			for (const [name] of postsOf(identity)) if (identity.devices) identity.devices = forgetOwnPost(identity.devices, name, Date.now());
	});
}

/**
 * Whether this message is in the list of any identity; false while locked. `room`: canonical id. `content`: contentHash as hex. `wire`:
 * b64.
 */
export async function isRemembered({ room, content, wire }: { room: string; content: string; wire: string }): Promise<boolean> {
	if (!(await isUnlocked())) return false;
	const document = await readDocument();
	if (postIndex?.document !== document) {
		const lists = document.identities.flatMap(({ devices }) => (devices ? [...ownPosts(devices).values()] : []));
		postIndex = { document, names: new Set(lists.map((own) => nameOf(own.room, own.hash))) };
	}
	return postIndex.names.size > 0 && postIndex.names.has(nameOf(room, ownHash(content, wire)));
}
