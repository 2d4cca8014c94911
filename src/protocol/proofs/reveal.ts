import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, expectLength, fromBase64url, H, HKDF, lp, toBase64url, u64be, utf8 } from '../bytes.ts';
import { ecdh, evenKey, keyPair, xOf } from '../curve.ts';
import { ProtocolError } from '../error.ts';
import { equalBytes, wipe } from '../secret.ts';
import { signSchnorr, verifySchnorr } from '../signature.ts';
import { StatementReader } from './statement.ts';

// docs/protocol.md §8, "this was me": to everyone, or to one person who cannot pass it on.

/** "This was me": a message, its author key, and the account that claims it. */
export interface Statement {
	room: string;
	messageId: string;
	/** 32 bytes */
	contentHash: Uint8Array;
	/** 33 bytes */
	authorKey: Uint8Array;
	/** the named account, e.g. `matrix:@ada:example.org` */
	claimant: string;
	/** unix seconds */
	issuedAt: number;
}

/** A statement that was read, with what proves it. */
export type Reveal = { statement: Statement; bytes: Uint8Array } & (
	| { form: 'public'; signature: Uint8Array }
	| { form: 'private'; verifierKey: Uint8Array; proof: Uint8Array }
);

/** A message that the verifier finds under the statement's id and room. */
export interface FoundMessage {
	contentHash: Uint8Array;
	/** 33 bytes, recovered anew; null where none comes out, or where the message is keyless */
	authorKey: Uint8Array | null;
}

const publicPrefix = 'bauta-reveal:1:';
const privatePrefix = 'bauta-proof:1:';

/** The bytes that are proven. Throws `bytes-length`. */
export function encodeStatement({ room, messageId, contentHash, authorKey, claimant, issuedAt }: Statement): Uint8Array {
	expectLength(contentHash, 32);
	expectLength(authorKey, 33);
	return concat(lp('bauta/1 reveal'), lp(room), lp(messageId), contentHash, authorKey, lp(claimant), u64be(issuedAt));
}

/** Throws `not-a-statement` unless every byte has its place. */
export function decodeStatement(bytes: Uint8Array): Statement {
	const reader = new StatementReader(bytes);
	const statement = readStatement(reader);
	reader.end();
	return statement;
}

/** The text form for everyone, to be posted from the claimant's account. `aux`: 32 random bytes. */
export function revealToEveryone(statement: Statement, authorPrivate: Uint8Array, aux: Uint8Array): string {
	const bytes = encodeStatement(statement);
	return publicPrefix + toBase64url(concat(bytes, signSchnorr(publicRevealDigest(bytes), authorPrivate, aux)));
}

/** The text form for the one who holds `verifierKey` (33 bytes); to be handed over only by a way that is itself deniable. */
export function revealToOne(statement: Statement, authorPrivate: Uint8Array, verifierKey: Uint8Array): string {
	const bytes = encodeStatement(statement);
	const k = privateRevealKey(authorPrivate, verifierKey, statement.authorKey, verifierKey);
	const proof = hmac(sha256, k, bytes);
	wipe(k);
	return privatePrefix + toBase64url(concat(bytes, verifierKey, proof));
}

/** Reads either text form. Throws `not-base64url`, `not-a-statement`. */
export function readReveal(text: string): Reveal {
	const form = text.startsWith(publicPrefix) ? 'public' : text.startsWith(privatePrefix) ? 'private' : null;
	if (!form) throw new ProtocolError('not-a-statement', 'unknown form');
	const whole = fromBase64url(text.slice((form === 'public' ? publicPrefix : privatePrefix).length));
	const reader = new StatementReader(whole);
	const statement = readStatement(reader);
	const bytes = whole.subarray(0, reader.at);
	const first = reader.take(form === 'public' ? 64 : 33);
	if (form === 'public') {
		reader.end();
		return { form, statement, bytes, signature: first };
	}
	const proof = reader.take(32);
	reader.end();
	return { form, statement, bytes, verifierKey: first, proof };
}

/** What a verifier knows by other means. */
export interface RevealCheck {
	/** the account that posted the reveal, or handed it over, as the transport authenticates it */
	account: string;
	/** all messages of this id in this room */
	found: readonly FoundMessage[];
	/** private form: the verifier's own key, 32 bytes */
	verifierPrivate?: Uint8Array;
	/** private form: the verifier's account is known by x alone (Nostr) */
	knownByX?: boolean;
}

/** Whether a reveal that was read is proven (docs/protocol.md §8, the verifier's rule). */
export function isProven(reveal: Reveal, { account, found, verifierPrivate, knownByX = false }: RevealCheck): boolean {
	const { statement, bytes } = reveal;
	const [message] = found;
	if (!message?.authorKey || found.length !== 1 || account !== statement.claimant) return false;
	if (!equalBytes(message.contentHash, statement.contentHash) || !equalBytes(message.authorKey, statement.authorKey)) return false;
	if (reveal.form === 'public') return verifySchnorr(publicRevealDigest(bytes), reveal.signature, statement.authorKey);
	if (!verifierPrivate) return false;
	const own = keyPair(verifierPrivate).publicKey;
	const isOwn = equalBytes(reveal.verifierKey, own) || (knownByX && equalBytes(reveal.verifierKey, evenKey(own)));
	if (!isOwn) return false;
	const k = privateRevealKey(verifierPrivate, statement.authorKey, statement.authorKey, reveal.verifierKey);
	const proof = hmac(sha256, k, bytes);
	wipe(k);
	return equalBytes(proof, reveal.proof);
}

/** `H("bauta/1 reveal public", statement)` */
export function publicRevealDigest(statement: Uint8Array): Uint8Array {
	return H('bauta/1 reveal public', statement);
}

/** `k`, which author and verifier both compute: each from the own private key and the other's public one. 32 bytes. */
export function privateRevealKey(ownPrivate: Uint8Array, otherKey: Uint8Array, authorKey: Uint8Array, verifierKey: Uint8Array): Uint8Array {
	const shared = ecdh(ownPrivate, otherKey);
	const k = HKDF(shared, '', concat(utf8('bauta/1 reveal private'), xOf(authorKey), xOf(verifierKey)), 32);
	wipe(shared);
	return k;
}

function readStatement(reader: StatementReader): Statement {
	reader.domain('bauta/1 reveal');
	return {
		room: reader.text(),
		messageId: reader.text(),
		contentHash: reader.take(32),
		authorKey: reader.take(33),
		claimant: reader.text(),
		issuedAt: reader.time(),
	};
}
