import { expectLength, readU32, toBase64url } from '../bytes.ts';
import { type KeyPair, keyPair, n, toBytes32, toNumber } from '../curve.ts';
import { ProtocolError } from '../error.ts';
import { generationLimit } from '../generation.ts';
import { isKeyless, keylessSignature } from '../keyless.ts';
import { hardenedChild, type Node, wipeNode } from '../node.ts';
import { type HeldGeneration, recognise, type Verdict } from '../recognise.ts';
import { statusRoomId } from '../room.ts';
import { equalBytes, wipe } from '../secret.ts';
import { isSignature, recoverKey, signDigest } from '../signature.ts';
import { unhardenedChildKey } from './chat-key.ts';
import { eciesDecrypt, eciesEncrypt } from './ecies.ts';
import { type ChatMessage, decodeChatMessage, decodeWrapper, encodeWrapper, payloadDigest, statusAuthor } from './status.ts';
import { uncompressedKey } from './status-key.ts';

/*
 * The two solutions of the source document in their 2020 forms, and how a Status message is recognised (docs/protocol.md §9).
 * What is written this way proves authorship to whoever gets the seed: only under "2020 compatibility".
 */

/** The account's own secrets, there only while the root is unlocked. A linked device has no root. */
export interface StatusAccount {
	root: Node | null;
	chatKey: KeyPair | null;
}

export type StatusVerdict = Verdict | { verdict: 'mine'; kind: 'solution-1' | 'solution-2' };

/** Solution 1: a new index x, 2^20 ≤ x < 2^31, so that it never meets a generation. `random4`: 4 random bytes, or null: draw again. */
export function solution1Index(random4: Uint8Array): number | null {
	const index = readU32(expectLength(random4, 4), 0) & 0x7fffffff;
	return index < generationLimit ? null : index;
}

/** Solution 1: the author key m/43'/60'/1581'/0'/0'/x', hardened, as it is written. Throws `path-range`, `child-invalid`. */
export function solution1Key(root: Node, index: number): KeyPair {
	const child = hardenedChild(root, index);
	const pair = keyPair(child.privateKey.slice());
	wipeNode(child);
	return pair;
}

/** Solution 2: the sealed signature, 178 bytes: ECIES(chat key, ECDSA(chat key, Keccak-256(one-time public key))). */
export function solution2Signature(chat: KeyPair, oneTimeKey: Uint8Array, ephemeralPrivate: Uint8Array, iv: Uint8Array): Uint8Array {
	const inner = signDigest(payloadDigest(uncompressedKey(oneTimeKey)), chat.privateKey);
	return eciesEncrypt(chat.publicKey, inner, ephemeralPrivate, iv);
}

/** A wrapped keyless message: keyless/1 over the payload's Keccak-256. */
export function keylessStatusMessage(payload: Uint8Array): Uint8Array {
	return encodeWrapper({ signature: keylessSignature(payloadDigest(payload)), payload, type: 1 });
}

/** The source document's own forms of a signature that no key made: r = s = hash (s low or not), or r = s = 0x01 or 0xff. */
export function isLiteralKeyless(digest: Uint8Array, signature: Uint8Array): boolean {
	if (signature.length !== 65 || (signature[64] as number) > 1) return false;
	const [r, s] = [signature.subarray(0, 32), signature.subarray(32, 64)];
	if (equalBytes(r, s) && (toNumber(r) === 1n || toNumber(r) === 255n)) return true;
	const hash = toNumber(digest) % n;
	return equalBytes(r, toBytes32(hash)) && (equalBytes(s, r) || equalBytes(s, toBytes32(n - hash)));
}

/**
 * The verdict on a wrapped Status message. `time`: messageTime, unix seconds; `sharedKeys`: "moot" keys that everybody has, 33 bytes each.
 * null: an ordinary message. Whatever fails in a sealed part is `foreign`, never hidden: a copy of it is a bait.
 */
export function recogniseStatus(
	wrapper: Uint8Array,
	time: number,
	generations: readonly HeldGeneration[],
	account: StatusAccount,
	sharedKeys: readonly Uint8Array[] = [],
): StatusVerdict | null {
	try {
		const { signature, payload, type } = decodeWrapper(wrapper);
		const digest = payloadDigest(payload);
		if (type !== 1) return null;
		if (isLiteralKeyless(digest, signature) || isKeyless(digest, signature)) return { verdict: 'keyless' };
		const author = statusAuthor({ signature, payload, type });
		if (sharedKeys.some((key) => equalBytes(key, author))) return { verdict: 'keyless' };
		const message = decodeChatMessage(payload);
		return message.envelope
			? recogniseEnvelope(message, message.envelope, author, time, generations)
			: recogniseLegacy(message, author, account);
	} catch (refused) {
		if (refused instanceof ProtocolError) return null;
		throw refused;
	}
}

function recogniseEnvelope(
	{ chatId, text, responseTo }: ChatMessage,
	envelope: Uint8Array,
	authorKey: Uint8Array,
	time: number,
	generations: readonly HeldGeneration[],
): Verdict | null {
	const room = statusRoomId(chatId);
	return recognise({ room, bodies: [text], replyTo: responseTo, time, wires: [toBase64url(envelope)], authorKey }, generations);
}

function recogniseLegacy(
	{ derivationIndex, anonymousSignature }: ChatMessage,
	author: Uint8Array,
	{ root, chatKey }: StatusAccount,
): StatusVerdict | null {
	if (derivationIndex !== null) {
		const mine = root !== null && derivationIndex < 2n ** 31n && isSolution1(root, Number(derivationIndex), author);
		return mine ? { verdict: 'mine', kind: 'solution-1' } : { verdict: 'foreign' };
	}
	// Field 20 was given to something else later on: only what has the length of a sealed signature is read.
	if (anonymousSignature?.length !== 178) return null;
	const mine = chatKey !== null && isSolution2(chatKey, anonymousSignature, author);
	return mine ? { verdict: 'mine', kind: 'solution-2' } : { verdict: 'foreign' };
}

/** Hardened, as we write it, or not, as the document has it. The unhardened key is computed here alone and not kept. */
function isSolution1(root: Node, index: number, author: Uint8Array): boolean {
	const hardened = solution1Key(root, index);
	wipe(hardened.privateKey);
	if (equalBytes(hardened.publicKey, author)) return true;
	const plain = keyPair(unhardenedChildKey(root, index));
	wipe(plain.privateKey);
	return equalBytes(plain.publicKey, author);
}

function isSolution2(chat: KeyPair, sealedSignature: Uint8Array, author: Uint8Array): boolean {
	try {
		const inner = eciesDecrypt(chat.privateKey, sealedSignature);
		return isSignature(inner) && equalBytes(recoverKey(payloadDigest(uncompressedKey(author)), inner), chat.publicKey);
	} catch (refused) {
		if (refused instanceof ProtocolError) return false;
		throw refused;
	}
}
