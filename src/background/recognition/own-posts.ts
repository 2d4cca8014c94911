import { forgetOwnPost, ownHash, ownListOn, ownPosts, rememberOwnPost } from '../../devices/own-list.ts';
import type { Mode, RoomRef } from '../../messages/rooms.ts';
import { toHex } from '../../protocol/bytes.ts';
import { canonicalText, contentHash } from '../../protocol/text.ts';
import type { StoredIdentity, VaultDocument } from '../../vault/document.ts';
import { roomIdOf } from '../access/adapters.ts';
import { changeDocument, identityFor, readDocument } from '../state/document.ts';
import { onLock, vaultKey } from '../state/lock.ts';

/*
 * Own posts that no key can prove, where the user wants them remembered. They are written into the vault alone; what other devices
 * hear of them waits for the day's write (devices-sync.ts).
 */

let known: { of: VaultDocument; posts: Set<string> } | null = null;
// the document holds every key there is
onLock(() => {
	known = null;
});
const nameOf = (room: string, hash: string): string => `${hash} ${room}`;

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
 * the list is off, and in the modes that a key proves.
 * @param wire b64 (docs/protocol.md §6)
 */
export async function rememberPosted({ id, room: place, text, replyTo, mode }: OwnMessage, wire: string): Promise<void> {
	if (mode !== 'keyless' && mode !== 'no-trace') return;
	const room = roomIdOf(place);
	const identity = await identityFor(room);
	if (!identity.devices || !ownListOn(identity.devices)) return;
	const hash = ownHash(toHex(contentHash(room, canonicalText(text), replyTo)), wire);
	await changeDocument((document) => {
		const kept = document.identities.find((one) => one.id === identity.id);
		if (!kept?.devices) return;
		const now = Date.now();
		let group = kept.devices;
		// made anew, it takes the place of what never left; a name is given a value only once, so that devices cannot disagree on it
		for (const [name, own] of ownPosts(group)) if (own.id === id) group = forgetOwnPost(group, name, now);
		kept.devices = rememberOwnPost(group, { room, id, hash }, now);
	});
}

/** Forgets a post that was refused: nobody has it, so there is nothing to recognise. `id`: of the outbox entry. */
export async function forgetPosted(id: string): Promise<void> {
	const named = ({ devices }: StoredIdentity) => (devices ? [...ownPosts(devices)].filter(([, own]) => own.id === id) : []);
	if (!(await readDocument()).identities.some((one) => named(one).length > 0)) return;
	await changeDocument((document) => {
		for (const identity of document.identities)
			for (const [name] of named(identity)) if (identity.devices) identity.devices = forgetOwnPost(identity.devices, name, Date.now());
	});
}

/** Whether this message is in the list of any identity. `content`: contentHash as hex. */
export async function isRemembered({ room, content, wire }: { room: string; content: string; wire: string }): Promise<boolean> {
	if (!(await vaultKey())) return false;
	const document = await readDocument();
	if (known?.of !== document) {
		const lists = document.identities.flatMap(({ devices }) => (devices ? [...ownPosts(devices).values()] : []));
		known = { of: document, posts: new Set(lists.map((own) => nameOf(own.room, own.hash))) };
	}
	return known.posts.size > 0 && known.posts.has(nameOf(room, ownHash(content, wire)));
}
