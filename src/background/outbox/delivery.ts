import { BautaError } from '../../messages/errors.ts';
import type { AnsweredMessage } from '../../networks/answered.ts';
import type { Author, Hints, OpenAccess, Receipt, Sealed } from '../../networks/network.ts';
import { composeMessage } from '../../protocol/compose.ts';
import { forgetGeneration } from '../../protocol/keyring.ts';
import { wipe } from '../../protocol/secret.ts';
import { signSchnorr } from '../../protocol/signature.ts';
import { networkOf, roomIdOf } from '../access/adapters.ts';
import { onChannel } from '../access/on-channel.ts';
import { writableGeneration } from '../identities/generations.ts';
import { rememberPosted } from '../recognition/own-posts.ts';
import { isHasty } from '../state/care.ts';
import { identityFor } from '../state/document.ts';
import { type ArchiveAnswer, archiveAnswer, archiveLimit } from './archive-answer.ts';
import type { Entry, StoredBytes } from './entry.ts';
import { mayHold } from './quiet.ts';
import { type Signer, signerOf } from './signer.ts';
import { applyEvent } from './store.ts';
import { reusableBytes } from './transitions.ts';

/** A session takes its time (THREATS.md T5), and most of it is pauses. */
const deliverySeconds = 150;
const archiveSeconds = 45;
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
/** A transport-level message id: 16 random bytes as hex. */
const randomId = (): string => Array.from(random(16), (byte) => byte.toString(16).padStart(2, '0')).join('');
const unixSeconds = (): number => Math.floor(Date.now() / 1000);

/** Bytes with who signs them in the transport's own way, where that is done (Nostr). */
type FreshBytes = StoredBytes & { author?: Author };

/** Who signs with a one-time key. It works until that key is wiped. */
function authorOf(key: Uint8Array, privateKey: Uint8Array): Author {
	return { key, sign: (hash) => signSchnorr(hash, privateKey, random(32)) };
}

/**
 * Mint, build, sign: the bytes for one entry at one moment. `now`: unix seconds. `onPrivateKey`: gets every private key that must be wiped
 * when the delivery is over.
 */
async function seal(
	entry: Entry,
	{ voice, drawn }: Signer,
	now: number,
	onPrivateKey: (privateKey: Uint8Array) => void,
): Promise<FreshBytes> {
	const earlier = reusableBytes(entry, now);
	if (earlier) return earlier;
	const room = roomIdOf(entry.room);
	const identity = await identityFor(room);
	// by the device's own week: a server's clock opens none
	const generation = await writableGeneration(identity, unixSeconds());
	// one that was opened meanwhile has other keys: the voice would not be the one that the room was entered as
	if (voice && voice.generation !== generation.generation) throw new BautaError('voice-ended');
	const { signature: transport } = networkOf(entry.room.network);
	const { mode, text, replyTo } = entry;
	let message: ReturnType<typeof composeMessage>;
	try {
		message = composeMessage({
			mode,
			transport,
			room,
			text,
			replyTo,
			now,
			generation,
			random,
			...(voice && { persona: voice }),
			...(drawn && { drawn }),
		});
	} finally {
		forgetGeneration(generation.node);
	}
	const { authorKey, authorPrivate } = message;
	if (authorPrivate) onPrivateKey(authorPrivate);
	const author = authorKey && authorPrivate ? { author: authorOf(authorKey, authorPrivate) } : {};
	return { text, replyTo, wire: message.wire, id: randomId(), slot: message.slot, at: now, ...author };
}

/** Writes down that these bytes are about to leave. Throws `cancelled` when the entry was taken back meanwhile. */
async function recordHandedOver(id: string, { author: _, ...bytes }: FreshBytes): Promise<void> {
	if (!(await applyEvent(id, { kind: 'handed-over', bytes }))) throw new BautaError('cancelled');
}

/** Writes down that no server took the bytes. Throws `cancelled` when the entry was taken back meanwhile. */
async function recordTakenBack(id: string): Promise<void> {
	if (!(await applyEvent(id, { kind: 'taken-back' }))) throw new BautaError('cancelled');
}

/** What the transport calls when it is ready to send, and when it needs other bytes (`Post.seal`, `Post.again`). */
function sealer(entry: Entry, signer: Signer, signal: AbortSignal, onPrivateKey: (privateKey: Uint8Array) => void) {
	let times: Pick<StoredBytes, 'slot' | 'at'> | null = null;
	return {
		async seal(now: number | null, complete?: (sealed: Sealed) => Promise<Sealed>): Promise<Sealed> {
			const message = await seal(entry, signer, now ?? unixSeconds(), onPrivateKey);
			const bytes = complete ? { ...message, ...(await complete(message)) } : message;
			signal.throwIfAborted();
			await recordHandedOver(entry.id, bytes);
			// remembered before the room can show it: a label that changed later would tell the page whose it is (THREATS.md P9). The delivery does
			// not depend on it
			await rememberPosted(entry, bytes.wire).catch(() => {});
			times = message;
			return bytes;
		},
		async again(work: () => Promise<Sealed>): Promise<Sealed> {
			if (!times) throw new BautaError('internal', 'again');
			await recordTakenBack(entry.id);
			const bytes = { ...(await work()), slot: times.slot, at: times.at };
			signal.throwIfAborted();
			await recordHandedOver(entry.id, bytes);
			return bytes;
		},
	};
}

/** The message that an entry answers, or null. */
const answeredBy = ({ replyTo, original }: Entry): AnsweredMessage | null =>
	replyTo === '' ? null : { text: null, archived: false, ...original, id: replyTo };

/**
 * One message out: fresh channel, fresh identity, post, leave, close. Records the bytes as handed over before the transport may send
 * them. `progress`: proof of work done, of what it takes on average (may pass 1). `onEnter`: the room may see a guest. `onReceipt`: the room
 * has the message, and the guest leaves later; not every network calls it. Throws the transport's fault, `timed-out`, and `cancelled` by
 * `cancelSignal`.
 */
export async function deliver(
	entry: Entry,
	access: OpenAccess,
	hints: Hints,
	cancelSignal: AbortSignal,
	tell: { progress(fraction: number): void; onReceipt(receipt: Receipt): Promise<void>; onEnter(): void },
): Promise<Receipt> {
	const privateKeys: Uint8Array[] = [];
	const signer = await signerOf(entry);
	if (signer.drawn) privateKeys.push(signer.drawn);
	const { transport } = await networkOf(entry.room.network).traffic();
	const hasty = await isHasty();
	const { holdLooks } = await import('../access/looks.ts');
	let releaseLooks = (): void => {};
	try {
		releaseLooks = await holdLooks(cancelSignal);
		return await onChannel(
			hints.origin,
			deliverySeconds,
			(channel, signal, extend) => {
				// before the room sees a guest, and never after: one who falls silent whenever the account speaks would be known by it
				if (mayHold(entry)) throw new BautaError('account-speaks');
				return transport.post({
					...{ room: roomIdOf(entry.room), access, hints, channel, signal, original: answeredBy(entry), words: signer.words },
					...sealer(entry, signer, signal, (key) => privateKeys.push(key)),
					isHasty: hasty,
					onReceipt: tell.onReceipt,
					onEnter: tell.onEnter,
					progress(tried, expected) {
						extend();
						tell.progress(tried / expected);
					},
				});
			},
			cancelSignal,
		);
	} finally {
		releaseLooks();
		wipe(...privateKeys);
	}
}

/** Asks the room's archive, without joining, whether it holds the bytes of an entry. Throws nothing: what fails is `silent`. */
export async function askArchive(entry: Entry, access: OpenAccess, hints: Hints, cancelSignal?: AbortSignal): Promise<ArchiveAnswer> {
	try {
		const { traffic, severalArchives = false } = networkOf(entry.room.network);
		const { transport } = await traffic();
		const { messages } = await onChannel(
			hints.origin,
			archiveSeconds,
			(channel, signal) => transport.readArchive(roomIdOf(entry.room), access, channel, archiveLimit, signal),
			cancelSignal,
		);
		return entry.sealed ? archiveAnswer(entry.sealed, severalArchives, messages, unixSeconds()) : 'silent';
	} catch {
		return 'silent';
	}
}
