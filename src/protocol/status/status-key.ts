import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { Point } from '@noble/secp256k1';
import { base58 } from '@scure/base';
import { concat, expectLength, toHex, utf8 } from '../bytes.ts';
import { ProtocolError } from '../error.ts';

// How Status shows keys and finds public chats (docs/protocol.md §9).

/** The 65 bytes `04 ‖ x ‖ y` of a key of 33. Throws `key-range`. */
export function uncompressedKey(publicKey: Uint8Array): Uint8Array {
	try {
		return Point.fromBytes(expectLength(publicKey, 33)).toBytes(false);
	} catch {
		throw new ProtocolError('key-range', 'not a public key');
	}
}

/** The form in which Status shows keys: `z`, base58btc, multicodec e7 01. */
export function chatKeyText(publicKey: Uint8Array): string {
	return `z${base58.encode(concat(Uint8Array.of(0xe7, 0x01), expectLength(publicKey, 33)))}`;
}

/** A public chat's content topic and 32-byte symmetric key. 65356 rounds (sic). */
export function publicChat(chat: string): { contentTopic: string; symmetricKey: Uint8Array } {
	const contentTopic = `/waku/1/0x${toHex(keccak_256(utf8(chat)).subarray(0, 4))}/rfc26`;
	return { contentTopic, symmetricKey: pbkdf2(sha256, utf8(chat), new Uint8Array(0), { c: 65_356, dkLen: 32 }) };
}

/** how many words Status has */
const adjectiveCount = 1389n;
const animalCount = 1704n;

/** Where the three words of a key's random name stand in Status's own lists: adjective, adjective, animal. 33 or 65 bytes. */
export function threeWordIndices(publicKey: Uint8Array): [number, number, number] {
	let state = 0n;
	for (const byte of publicKey.subarray(25, 33)) state = (state << 8n) | BigInt(byte);
	const first = nextState(state);
	const second = nextState(first);
	const third = nextState(second);
	return [Number(first % adjectiveCount), Number(second % adjectiveCount), Number(third % animalCount)];
}

/** The random name that old clients show beside an anonymous message. The lists are Status's, 1389 and 1704 words. */
export function threeWordName(publicKey: Uint8Array, adjectives: readonly string[], animals: readonly string[]): string {
	const [first, second, third] = threeWordIndices(publicKey);
	return [adjectives[first], adjectives[second], animals[third]].join(' ');
}

/** One step of a linear feedback shift register with the taps 0xb8. */
function nextState(state: bigint): bigint {
	const bit = (state >> 3n) ^ (state >> 4n) ^ (state >> 5n) ^ (state >> 7n);
	return BigInt.asUintN(64, (state << 1n) | (bit & 1n));
}
