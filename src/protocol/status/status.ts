import { keccak_256 } from '@noble/hashes/sha3.js';
import { concat, toHex, utf8 } from '../bytes.ts';
import { ProtocolError } from '../error.ts';
import { bytesOf, decodeFields, encodeField, numberOf, textOf } from '../protobuf.ts';
import { isSignature, recoverKey, signDigest } from '../signature.ts';
import { uncompressedKey } from './status-key.ts';

/*
 * Status, as far as the source document speaks of it (docs/protocol.md §9): its messages and its signature.
 * An anonymous message is bare: no ENS name, display name, bundle, installation id or previews, which would each name the sender.
 */

/** A chat message, as far as an anonymous one has fields. */
export interface ChatMessage {
	/** Lamport clock, milliseconds */
	clock: number;
	/** unix milliseconds */
	timestamp: number;
	text: string;
	/** id of the message that this one answers, or '' */
	responseTo: string;
	chatId: string;
	/** MessageType: 2 = public chat, 5 = community chat */
	messageType: number;
	/** ContentType: 1 = plain text */
	contentType: number;
	/** field 20 as a number: Solution 1's path */
	derivationIndex: bigint | null;
	/** field 20 as bytes: Solution 2's sealed signature */
	anonymousSignature: Uint8Array | null;
	/** field 2035: the 94 bytes of docs/protocol.md §4 */
	envelope: Uint8Array | null;
}

const legacyField = 20;
/** far from the numbers that Status itself gives out: 20 was taken after the source document was written */
const envelopeField = 2035;

/** The fields in the order of their numbers, the envelope last. Only those that an anonymous message may have. */
export function encodeChatMessage(message: ChatMessage): Uint8Array {
	const { clock, timestamp, text, responseTo, chatId, messageType, contentType } = message;
	const set = (value: string) => (value === '' ? null : utf8(value));
	return concat(
		encodeField(1, clock || null),
		encodeField(2, timestamp || null),
		encodeField(3, set(text)),
		encodeField(4, set(responseTo)),
		encodeField(6, set(chatId)),
		encodeField(7, messageType || null),
		encodeField(8, contentType || null),
		encodeField(legacyField, message.derivationIndex ?? message.anonymousSignature),
		encodeField(envelopeField, message.envelope),
	);
}

/** Throws `not-protobuf`. Unknown fields are left out. */
export function decodeChatMessage(payload: Uint8Array): ChatMessage {
	const fields = decodeFields(payload);
	const number = (of: number) => safeNumber(numberOf(fields, of) ?? 0n);
	return {
		clock: number(1),
		timestamp: number(2),
		text: textOf(fields, 3),
		responseTo: textOf(fields, 4),
		chatId: textOf(fields, 6),
		messageType: number(7),
		contentType: number(8),
		derivationIndex: numberOf(fields, legacyField),
		anonymousSignature: bytesOf(fields, legacyField),
		envelope: bytesOf(fields, envelopeField),
	};
}

/** A signed payload. */
export interface StatusWrapper {
	/** 65 bytes, `r ‖ s ‖ v` */
	signature: Uint8Array;
	payload: Uint8Array;
	/** 1 = CHAT_MESSAGE */
	type: number;
}

/** ApplicationMetadataMessage. */
export function encodeWrapper({ signature, payload, type }: StatusWrapper): Uint8Array {
	return concat(encodeField(1, signature), encodeField(2, payload), encodeField(3, type));
}

/** Throws `not-protobuf`; `not-a-signature` where there is none of 65 bytes. */
export function decodeWrapper(bytes: Uint8Array): StatusWrapper {
	const fields = decodeFields(bytes);
	const [signature, payload] = [bytesOf(fields, 1), bytesOf(fields, 2)];
	if (!payload) throw new ProtocolError('not-protobuf', 'no payload');
	if (signature?.length !== 65) throw new ProtocolError('not-a-signature');
	return { signature, payload, type: safeNumber(numberOf(fields, 3) ?? 0n) };
}

/** Keccak-256 of the encoded payload: what Status signs. */
export function payloadDigest(payload: Uint8Array): Uint8Array {
	return keccak_256(payload);
}

/** A wrapped chat message, signed by a private key of 32 bytes, which the caller wipes. */
export function signStatusMessage(payload: Uint8Array, privateKey: Uint8Array): Uint8Array {
	return encodeWrapper({ signature: signDigest(payloadDigest(payload), privateKey), payload, type: 1 });
}

/**
 * The author key of a payload, 33 bytes. High s is refused: it would be the same author under another message id. Throws
 * `not-a-signature`.
 */
export function statusAuthor({ signature, payload }: StatusWrapper): Uint8Array {
	if (!isSignature(signature)) throw new ProtocolError('not-a-signature');
	return recoverKey(payloadDigest(payload), signature);
}

/** `0x` and Keccak-256 of the 65-byte author key and the encoded wrapper. */
export function statusMessageId(authorKey: Uint8Array, wrapper: Uint8Array): string {
	return `0x${toHex(keccak_256(concat(uncompressedKey(authorKey), wrapper)))}`;
}

function safeNumber(value: bigint): number {
	if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ProtocolError('not-protobuf', 'number out of range');
	return Number(value);
}
