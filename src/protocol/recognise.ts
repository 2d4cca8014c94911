import { sha256 } from '@noble/hashes/sha2.js';
import { type AuthorKey, keyAt } from './author.ts';
import { concat, lp, toHex, u64be } from './bytes.ts';
import { evenKey } from './curve.ts';
import { decodeEnvelope, decodeWire, type Envelope, headLength, periodOf, slotFits } from './envelope.ts';
import { ProtocolError } from './error.ts';
import { isKeyless } from './keyless.ts';
import { cachedRoomKeys, keyedTagInto } from './keyring.ts';
import type { Node } from './node.ts';
import { openSeal, sealContext } from './seal.ts';
import { equalBytes, wipe } from './secret.ts';
import { isSignature, messageDigest, recoverKey } from './signature.ts';
import { canonicalText, contentHash } from './text.ts';

// docs/protocol.md §8. Nothing here may do or show anything else for a message that almost is the reader's own: such a bait would unmask.

/** A message as its transport delivers it. All of it is hostile. */
export interface ReceivedMessage {
	/** canonical room id */
	room: string;
	/** all text bodies; more than one is no bauta message */
	bodies: readonly string[];
	/** exact id that the message names as the one it answers, or '' */
	replyTo: string;
	/** messageTime, whole unix seconds */
	time: number;
	/** all wire forms in it; more than one is no bauta message */
	wires: readonly string[];
	/** 33 bytes where the transport's own verified signature names the author: `02 ‖ x` on Nostr, as recovered on Status */
	authorKey?: Uint8Array;
	/** Matrix: there is a formatted_body */
	formatted?: boolean;
	/** IRC: see `TextRules` */
	lineBytes?: number;
}

/** A generation that this device holds; `closed`: the slot after which its messages are foreign, or null. */
export interface HeldGeneration {
	generation: number;
	node: Node;
	closed: number | null;
}

/** What a message is to this reader. */
export type Verdict =
	| { verdict: 'foreign' }
	| { verdict: 'keyless' }
	| { verdict: 'mine'; kind: 'one-time' | 'persona'; generation: number; n: number };

/** A message that passed the range checks: it looks like a bauta message until a recovery says otherwise. */
export interface Candidate {
	room: string;
	time: number;
	/** b64, of which there is one way to write the same bytes */
	wire: string;
	contentHash: Uint8Array;
	/** the envelope's 94 bytes */
	bytes: Uint8Array;
	envelope: Envelope;
	/** exactly one of the two is there */
	signature: Uint8Array | null;
	authorKey: Uint8Array | null;
}

/** The verdict on a message that is on screen: every recovery that is due is made. null: not a bauta message. */
export function recognise(message: ReceivedMessage, held: readonly HeldGeneration[]): Verdict | null {
	const candidate = readCandidate(message);
	if (!candidate) return null;
	const verdict = recogniseCandidate(candidate, held);
	return verdict?.verdict === 'foreign' && !authorOf(candidate) ? null : verdict;
}

/** The checks that cost no key: texts, lengths, ranges, slot. null: not a bauta message. */
export function readCandidate(message: ReceivedMessage): Candidate | null {
	const { room, bodies, replyTo, time, wires, authorKey = null } = message;
	const [text] = bodies;
	const [wire] = wires;
	if (text === undefined || bodies.length !== 1 || wire === undefined || wires.length !== 1 || message.formatted) return null;
	if (authorKey && authorKey.length !== 33) return null;
	try {
		const { envelope: bytes, signature } = decodeWire(wire, authorKey === null);
		const envelope = decodeEnvelope(bytes);
		if (!slotFits(envelope.slot, time) || (signature && !isSignature(signature))) return null;
		const rules = { irc: room.startsWith('irc:'), ...(message.lineBytes ? { lineBytes: message.lineBytes } : {}) };
		const hash = contentHash(room, canonicalText(text, rules), replyTo);
		return { room, time, wire, contentHash: hash, bytes, envelope, signature, authorKey };
	} catch (thrown) {
		if (thrown instanceof ProtocolError) return null;
		throw thrown;
	}
}

/**
 * The verdict of a candidate, with no key recovered but after a tag match: for messages whose labels no page waits for (even-recognition.ts).
 * `foreign` may still turn out to be nothing: `authorOf` says so when the message comes on screen.
 */
export function recogniseCandidate(candidate: Candidate, held: readonly HeldGeneration[]): Verdict | null {
	const { signature, contentHash: hash, bytes } = candidate;
	// a keyless form has v = 0: for half of all messages no digest is needed here
	if (signature?.[64] === 0 && isKeyless(messageDigest(hash, bytes), signature)) return { verdict: 'keyless' };
	for (const generation of newestFirst(held)) if (tagMatches(candidate, generation.node)) return openCandidate(candidate, generation);
	return { verdict: 'foreign' };
}

/** The newest first. A list that is in this order already is returned as it is, since this runs for every message. */
function newestFirst(held: readonly HeldGeneration[]): readonly HeldGeneration[] {
	const sorted = held.every(({ generation }, at) => at === 0 || generation < (held[at - 1] as HeldGeneration).generation);
	return sorted ? held : [...held].sort((a, b) => b.generation - a.generation);
}

/**
 * The author key that the message shows to everybody, 33 bytes: a thousand times the cost of a tag. null where none can be recovered; then it
 * is no bauta message.
 */
export function authorOf({ authorKey, signature, contentHash: hash, bytes }: Candidate): Uint8Array | null {
	if (authorKey || !signature) return authorKey;
	try {
		return recoverKey(messageDigest(hash, bytes), signature);
	} catch (thrown) {
		if (thrown instanceof ProtocolError) return null;
		throw thrown;
	}
}

/** The name under which a verdict may be remembered, hex of 32 bytes; to be forgotten when the generations held or their closings change. */
export function rememberKey({ room, contentHash: hash, signature, authorKey, bytes, time }: Candidate): string {
	return toHex(sha256(concat(lp(room), hash, signature ?? (authorKey as Uint8Array), bytes, u64be(time))));
}

const tagInput = new Uint8Array(48);
const tagOutput = new Uint8Array(32);

/** Whether this generation made the message's tag: one HMAC with the room's kept key state. */
export function tagMatches({ room, envelope, contentHash: hash }: Candidate, node: Node): boolean {
	tagInput.set(hash);
	tagInput.set(envelope.nonce.subarray(0, 16), 32);
	keyedTagInto(cachedRoomKeys(node, room, periodOf(envelope.slot)), tagInput, tagOutput);
	return equalBytes(tagOutput.subarray(0, 16), envelope.tag);
}

/**
 * After a tag match: checks the seal, the closing and the key. Whatever fails is `foreign`; only where no key can be recovered it is no
 * bauta message.
 */
function openCandidate(candidate: Candidate, generation: HeldGeneration): Verdict | null {
	const authorKey = authorOf(candidate);
	if (!authorKey) return null;
	const key = openAuthorKey(candidate, generation, authorKey);
	wipe(key?.privateKey);
	return key ? { verdict: 'mine', kind: key.kind, generation: generation.generation, n: key.n } : { verdict: 'foreign' };
}

/** The key at the path in the seal, after a tag match; null where seal, closing or key say that it is not the author's. The caller wipes it. */
function openAuthorKey(candidate: Candidate, { generation, node, closed }: HeldGeneration, authorKey: Uint8Array): AuthorKey | null {
	const { room, envelope, contentHash: hash, bytes } = candidate;
	try {
		const { sealKey } = cachedRoomKeys(node, room, periodOf(envelope.slot));
		const context = sealContext(bytes.subarray(0, headLength), authorKey, hash);
		const body = openSeal(sealKey, envelope.nonce, context, envelope.sealed);
		if (body.generation !== generation || (closed !== null && envelope.slot > closed)) return null;
		const key = keyAt(node, body);
		const publicKey = room.startsWith('nostr:') ? evenKey(key.publicKey) : key.publicKey;
		if (equalBytes(publicKey, authorKey)) return key;
		wipe(key.privateKey);
		return null;
	} catch (thrown) {
		if (thrown instanceof ProtocolError) return null;
		throw thrown;
	}
}

/**
 * The key that an own message was signed with, by the checks that make it `mine`; null for every other message. The caller wipes its private
 * key (32 bytes), and writes the author as the message does (`authorOf`), since Nostr knows a key by x alone.
 */
export function ownKeyOf(candidate: Candidate, held: readonly HeldGeneration[]): AuthorKey | null {
	const generation = newestFirst(held).find(({ node }) => tagMatches(candidate, node));
	const authorKey = generation ? authorOf(candidate) : null;
	return generation && authorKey ? openAuthorKey(candidate, generation, authorKey) : null;
}
