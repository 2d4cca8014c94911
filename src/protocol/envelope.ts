import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, expectLength, fromBase64url, readU32, toBase64url, u32be } from './bytes.ts';
import { ProtocolError } from './error.ts';

// docs/protocol.md §4 and §6: the 94 bytes that ride along with a message, the same length in every mode.

/** bytes of an envelope */
const envelopeLength = 94;
/** bytes of a recoverable signature behind it */
export const signatureLength = 65;
/** bytes before `sealed`, which the seal is bound to */
export const headLength = 46;
const version = 1;
const slotSeconds = 600;
const slotsPerPeriod = 4320;

/** An envelope taken apart (docs/protocol.md §4). */
export interface Envelope {
	/** whether a push notification is worth its noise */
	push: boolean;
	slot: number;
	/** 16 bytes */
	tag: Uint8Array;
	/** 24 bytes */
	nonce: Uint8Array;
	/** 48 bytes: the sealed body and its AEAD tag */
	sealed: Uint8Array;
}

/** Ten minutes each. `time`: unix seconds. */
export function slotOf(time: number): number {
	return Math.floor(time / slotSeconds);
}

/** The thirty-day periods of XIP-35. */
export function periodOf(slot: number): number {
	return Math.floor(slot / slotsPerPeriod);
}

/** The envelope up to `sealed`: 46 bytes. */
export function envelopeHead({ push, slot, tag, nonce }: Omit<Envelope, 'sealed'>): Uint8Array {
	return concat(Uint8Array.of(version, push ? 1 : 0), u32be(slot), expectLength(tag, 16), expectLength(nonce, 24));
}

/** 94 bytes. Throws `bytes-length`. */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
	return concat(envelopeHead(envelope), expectLength(envelope.sealed, 48));
}

/** Views into `bytes`. Throws `not-an-envelope` on another length, version or flag. */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
	if (bytes.length !== envelopeLength) throw new ProtocolError('not-an-envelope', `expected 94 bytes, got ${bytes.length}`);
	if (bytes[0] !== version) throw new ProtocolError('not-an-envelope', `expected version 1, got ${bytes[0]}`);
	const flags = bytes[1] as number;
	if (flags > 1) throw new ProtocolError('not-an-envelope', 'unknown flags');
	return {
		push: flags === 1,
		slot: readU32(bytes, 2),
		tag: bytes.subarray(6, 22),
		nonce: bytes.subarray(22, headLength),
		sealed: bytes.subarray(headLength),
	};
}

/** Whether a message stamped at `time` (unix seconds) may carry this slot: a replay an hour later may not. */
export function slotFits(slot: number, time: number): boolean {
	return Math.abs(slot - slotOf(time)) <= 1;
}

/** The sender mark: `HMAC-SHA256(tagKey, contentHash ‖ nonce[0..16))[0..16)`, one hash block. */
export function makeTag(tagKey: Uint8Array, contentHash: Uint8Array, nonce: Uint8Array): Uint8Array {
	return hmac(sha256, tagKey, concat(contentHash, nonce.subarray(0, 16))).slice(0, 16);
}

/** The wire form. `signature`: 65 bytes, or null where the transport has its own (Nostr, Status). */
export function encodeWire(envelope: Uint8Array, signature: Uint8Array | null): string {
	expectLength(envelope, envelopeLength);
	return toBase64url(signature ? concat(envelope, expectLength(signature, signatureLength)) : envelope);
}

/** Reads a wire form, with a signature behind the envelope or without. Throws `not-base64url`, `not-an-envelope`. */
export function decodeWire(wire: string, signed: boolean): { envelope: Uint8Array; signature: Uint8Array | null } {
	const length = signed ? envelopeLength + signatureLength : envelopeLength;
	if (wire.length !== Math.ceil((length * 4) / 3)) throw new ProtocolError('not-an-envelope', 'unexpected length');
	const bytes = fromBase64url(wire);
	return { envelope: bytes.subarray(0, envelopeLength), signature: signed ? bytes.subarray(envelopeLength) : null };
}
