import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, expectLength, HKDF, utf8 } from './bytes.ts';
import { ProtocolError } from './error.ts';
import { bytesOf, decodeFields, encodeField, numberOf } from './protobuf.ts';
import { type Secret, secret } from './secret.ts';

// XIP-35 as XMTP shipped it (docs/protocol.md §9): sender marks for named posts, which a push server can check against keys given to it.

/** `floor(ms / 30 days)`, both in v2 and v3. */
export function xmtpPeriod(milliseconds: number): number {
	return Math.floor(milliseconds / 2_592_000_000);
}

/** v2: the key of an account in a conversation and period, 32 bytes. `keyMaterial`: the invitation's 32 bytes, which the peer has too. */
export function v2Key(keyMaterial: Uint8Array, period: number, account: string): Uint8Array {
	return v2KeyOfInfo(keyMaterial, `${period}-${account}`);
}

/** v2: the same from the info as it stands. */
export function v2KeyOfInfo(keyMaterial: Uint8Array, info: string): Uint8Array {
	return HKDF(expectLength(keyMaterial, 32), '', info, 32);
}

/** v3: the key of an inbox in a group and period, 42 bytes. `root`: 42 bytes. */
export function v3Key(root: Uint8Array, groupId: Uint8Array, period: number): Uint8Array {
	const littleEndian = new Uint8Array(8);
	new DataView(littleEndian.buffer).setBigInt64(0, BigInt(period), true);
	return HKDF(concat(expectLength(root, 42), groupId), 'libXMTP HKDF salt!', concat(groupId, littleEndian), 42);
}

/** A key and its period. */
export type PeriodKey = Secret<{ period: number; key: Uint8Array }>;

/** The keys of the period before, this one and the next, as they are given to a push server. */
export function threePeriods(milliseconds: number, keyOf: (period: number) => Uint8Array): PeriodKey[] {
	const now = xmtpPeriod(milliseconds);
	return [now - 1, now, now + 1].map((period) => secret({ period, key: keyOf(period) }));
}

/** `sender_hmac`, 32 bytes. `covered`: v2 the header bytes alone, v3 the whole serialized MLS message. */
export function senderHmac(key: Uint8Array, covered: Uint8Array): Uint8Array {
	return hmac(sha256, key, covered);
}

const silent = ['reaction', 'readReceipt', 'groupUpdated', 'membershipChange', 'leaveRequest', 'deleteMessage'] as const;
const loud = [
	'text',
	'reply',
	'markdown',
	'attachment',
	'remoteAttachment',
	'actions',
	'intent',
	'transactionReference',
	'walletCalls',
] as const;
/** The kinds of content. */
export type XmtpContent = (typeof silent)[number] | (typeof loud)[number];

/** `should_push` by the kind of content. */
export function shouldPush(content: XmtpContent): boolean {
	return (loud as readonly string[]).includes(content);
}

/** v2 header bytes: `created_ns` = 1, `topic` = 2. */
export function encodeV2Header(createdNanoseconds: bigint, topic: string): Uint8Array {
	return concat(encodeField(1, createdNanoseconds), encodeField(2, utf8(topic)));
}

/** A message with its sender mark. */
export interface XmtpMessage {
	/** what the mark covers */
	covered: Uint8Array;
	/** v2: the encoded ciphertext; v3: null, it is what is covered */
	ciphertext: Uint8Array | null;
	senderHmac: Uint8Array | null;
	shouldPush: boolean | null;
}

/** v2: Message{v2 = 2{header_bytes = 1, ciphertext = 2, sender_hmac = 3, should_push = 4}}. Throws `not-protobuf`. */
export function decodeV2Message(bytes: Uint8Array): XmtpMessage {
	const inner = decodeFields(need(bytesOf(decodeFields(bytes), 2)));
	const push = numberOf(inner, 4);
	const shouldPush = push === null ? null : push !== 0n;
	return { covered: need(bytesOf(inner, 1)), ciphertext: bytesOf(inner, 2), senderHmac: bytesOf(inner, 3), shouldPush };
}

/** v2: the bytes that `decodeV2Message` reads. */
export function encodeV2Message(message: XmtpMessage): Uint8Array {
	const push = message.shouldPush === null ? null : Number(message.shouldPush);
	const { covered, ciphertext, senderHmac: mark } = message;
	return encodeField(2, concat(encodeField(1, covered), encodeField(2, ciphertext), encodeField(3, mark), encodeField(4, push)));
}

/** v3: GroupMessageInput{v1 = 1{data = 1, sender_hmac = 2, should_push = 3}}; a plain bool, absent = false. Throws `not-protobuf`. */
export function decodeV3Message(bytes: Uint8Array): XmtpMessage {
	const inner = decodeFields(need(bytesOf(decodeFields(bytes), 1)));
	const shouldPush = (numberOf(inner, 3) ?? 0n) !== 0n;
	return { covered: need(bytesOf(inner, 1)), ciphertext: null, senderHmac: bytesOf(inner, 2), shouldPush };
}

/** v3: the bytes that `decodeV3Message` reads. */
export function encodeV3Message({ covered, senderHmac: mark, shouldPush: push }: XmtpMessage): Uint8Array {
	return encodeField(1, concat(encodeField(1, covered), encodeField(2, mark), encodeField(3, push ? 1 : null)));
}

/** v2: GetConversationHmacKeysResponse of one topic: map{topic = 1, {values = 1{period = 1, key = 2}} = 2}. */
export function encodeHmacKeys(topic: string, keys: readonly PeriodKey[]): Uint8Array {
	const values = keys.map(({ period, key }) => encodeField(1, concat(encodeField(1, period), encodeField(2, key))));
	return encodeField(1, concat(encodeField(1, utf8(topic)), encodeField(2, concat(...values))));
}

function need(bytes: Uint8Array | null): Uint8Array {
	if (!bytes) throw new ProtocolError('not-protobuf', 'a field is missing');
	return bytes;
}
