import { BautaError } from '../../messages/errors.ts';
import type { Author, Hints, IncomingMessage, OpenAccess, Receipt } from '../../networks/network.ts';
import { composeMessage } from '../../protocol/compose.ts';
import { slotOf } from '../../protocol/envelope.ts';
import { forgetGeneration } from '../../protocol/keyring.ts';
import { wipe } from '../../protocol/secret.ts';
import { signSchnorr } from '../../protocol/signature.ts';
import { networkOf, roomIdOf } from '../access/adapters.ts';
import { onChannel } from '../access/on-channel.ts';
import { writable } from '../identities/generations.ts';
import { rememberPosted } from '../recognition/own-posts.ts';
import { identitiesChanged } from '../recognition/recogniser.ts';
import { identityFor } from '../state/document.ts';
import { changeOutbox, type Entry } from './store.ts';

const postSeconds = 45;
const archiveLimit = 50;
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
/** A transport-level message id: 16 random bytes as hex, as a UUID without its fixed bits would be longer to explain. */
const randomId = (): string => Array.from(random(16), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** What is kept of sealed bytes: the author who signs on Nostr lives only as long as the post. */
type Kept = NonNullable<Entry['sealed']>;

/** Signs in the transport's own way with a one-time key, and can be ended. */
function authorOf(key: Uint8Array, privateKey: Uint8Array): Author {
	return { key, sign: (hash) => signSchnorr(hash, privateKey, random(32)) };
}

/**
 * Mint, build, sign: the bytes for one entry at one moment. Inside the slot that they were made for, the same bytes again
 * (a copy is nothing to every reader); later everything is made anew under a fresh key.
 */
async function seal(entry: Entry, now: number, dead: (privateKey: Uint8Array) => void): Promise<Kept & { author?: Author }> {
	if (entry.sealed && entry.sealed.slot === slotOf(now)) return entry.sealed;
	const room = roomIdOf(entry.room);
	const identity = await identityFor(room);
	const generation = await writable(identity, now);
	if (identity.restored) identitiesChanged();
	const { signature: transport } = networkOf(entry.room.network);
	const { mode, text, replyTo } = entry;
	let message: ReturnType<typeof composeMessage>;
	try {
		message = composeMessage({ mode, transport, room, text, replyTo, now, generation, random });
	} finally {
		forgetGeneration(generation.node);
	}
	const { authorKey, authorPrivate } = message;
	if (authorPrivate) dead(authorPrivate);
	const author = authorKey && authorPrivate ? { author: authorOf(authorKey, authorPrivate) } : {};
	return { text, replyTo, wire: message.wire, id: randomId(), slot: message.slot, at: now, ...author };
}

/** Writes down that these bytes are about to leave, or, given none, that nobody took them. Throws when the entry was cancelled meanwhile. */
async function record(id: string, sealed: Kept | null): Promise<void> {
	await changeOutbox((entries) => {
		const entry = entries.find((one) => one.id === id);
		if (!entry) throw new BautaError('cancelled');
		entry.state = sealed ? 'handed' : 'sending';
		entry.sealed = sealed;
	});
}

const recordHanded = (id: string, { author: _, ...kept }: Kept & { author?: Author }): Promise<void> => record(id, kept);

/**
 * One message out: fresh channel, fresh identity, post, leave, close. Records the bytes as handed before the transport may send
 * them. Throws the transport's fault. `progress`: proof of work done, of what it takes on average (may pass 1).
 */
export async function postEntry(
	entry: Entry,
	access: OpenAccess,
	hints: Hints,
	cancelled: AbortSignal,
	progress: (fraction: number) => void,
): Promise<Receipt> {
	const mortal: Uint8Array[] = [];
	let times: Pick<Kept, 'slot' | 'at'> | null = null;
	const { transport } = await networkOf(entry.room.network).traffic();
	try {
		return await onChannel(
			hints.origin,
			postSeconds,
			(channel, signal, extend) =>
				transport.post({
					room: roomIdOf(entry.room),
					access,
					hints,
					channel,
					signal,
					progress(tried, expected) {
						extend();
						progress(tried / expected);
					},
					async seal(now, complete) {
						const made = await seal(entry, now ?? Math.floor(Date.now() / 1000), (key) => mortal.push(key));
						const sealed = complete ? { ...made, ...(await complete(made)) } : made;
						signal.throwIfAborted();
						await recordHanded(entry.id, sealed);
						// before it can come back: a label that changed later would show the page whose message it is (THREATS.md P9). Posting does not wait for it to succeed
						await rememberPosted(entry.id).catch(() => {});
						times = made;
						return sealed;
					},
					async again(work) {
						if (!times) throw new BautaError('internal', 'again');
						await record(entry.id, null);
						const sealed = { ...(await work()), slot: times.slot, at: times.at };
						signal.throwIfAborted();
						await recordHanded(entry.id, sealed);
						return sealed;
					},
				}),
			cancelled,
		);
	} finally {
		wipe(...mortal);
	}
}

/** How long after a post a short list of messages still counts as all that was said since, s. */
const recent = 1200;
/** the transport's clock may differ from the archive's by this much, s */
const skew = 60;

/**
 * Whether what was read of the archive would show these bytes if they were there. A list that ends after they were made says nothing of
 * them: a busy room, somebody who floods it, or an archive that forgets would make the message go out twice. Nor do some relays speak for
 * the others; inside the slot that does not matter, as the very same event would leave again.
 */
function tells({ at, slot }: Kept, network: string, messages: readonly IncomingMessage[]): boolean {
	const now = Math.floor(Date.now() / 1000);
	if (network === 'nostr' && slotOf(now) !== slot) return false;
	if (messages.some(({ time }) => time < at - skew)) return true;
	return messages.length < archiveLimit && Math.abs(now - at) < recent;
}

/** Whether the room's archive holds the bytes of an entry; null when the archive cannot tell. */
export async function isInArchive(entry: Entry, access: OpenAccess, hints: Hints): Promise<boolean | null> {
	const { transport } = await networkOf(entry.room.network).traffic();
	try {
		const messages = await onChannel(hints.origin, postSeconds, (channel, signal) =>
			transport.readArchive(roomIdOf(entry.room), access, hints, channel, archiveLimit, signal),
		);
		const { sealed } = entry;
		if (!sealed) return null;
		if (messages.some(({ wires }) => wires[0] === sealed.wire)) return true;
		return tells(sealed, entry.room.network, messages) ? false : null;
	} catch {
		return null;
	}
}
