import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { getPublicKey, getSharedSecret, hashes, Point } from '@noble/secp256k1';
import { concat, expectLength } from './bytes.ts';
import { ProtocolError } from './error.ts';
import { type Secret, secret } from './secret.ts';

// secp256k1 (SEC 2 §2.4.1). The library brings no hashes of its own: whoever signs imports this file.
hashes.sha256 = sha256;
hashes.hmacSha256 = (key, message) => hmac(sha256, key, message);

/** the curve's order */
export const n = Point.CURVE().n;
/** n and floor(n / 2) as bytes: comparing bytes costs less than making big integers of them */
export const nBytes = toBytes32(n);
export const halfNBytes = toBytes32(n >> 1n);

/** A private key of an author, 32 bytes, and its compressed public key, 33 bytes. */
export type KeyPair = Secret<{ privateKey: Uint8Array; publicKey: Uint8Array }>;

/** A key pair around `privateKey`, which it keeps. Throws `key-length`, `key-zero`, `key-range`. */
export function keyPair(privateKey: Uint8Array): KeyPair {
	checkPrivateKey(privateKey);
	return secret({ privateKey, publicKey: getPublicKey(privateKey) });
}

/** Throws `key-length` (not 32 bytes), `key-zero`, `key-range` (n or more). */
export function checkPrivateKey(privateKey: Uint8Array): void {
	if (privateKey.length !== 32) throw new ProtocolError('key-length', `expected 32 bytes, got ${privateKey.length}`);
	if (isZero(privateKey)) throw new ProtocolError('key-zero');
	if (!isBelow(privateKey, nBytes)) throw new ProtocolError('key-range');
}

/** `x(K)`: the last 32 bytes of the compressed key. */
export function xOf(publicKey: Uint8Array): Uint8Array {
	return expectLength(publicKey, 33).subarray(1);
}

/** The compressed key that BIP-340 means where it writes x alone: `02 ‖ x`. */
export function evenKey(publicKey: Uint8Array): Uint8Array {
	return concat(Uint8Array.of(2), xOf(publicKey));
}

/** `ECDH(a, B)`: the 32-byte x of a·B. Throws `key-range` where `publicKey` is no point. */
export function ecdh(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
	checkPrivateKey(privateKey);
	if (!isPublicKey(publicKey)) throw new ProtocolError('key-range', 'not a public key');
	return getSharedSecret(privateKey, publicKey).slice(1);
}

/** Whether these are 33 bytes of a compressed point, or 65 of an uncompressed one. */
export function isPublicKey(publicKey: Uint8Array): boolean {
	try {
		Point.fromBytes(publicKey);
		return true;
	} catch {
		return false;
	}
}

/** Big-endian numbers of the same length: a < b. */
export function isBelow(a: Uint8Array, b: Uint8Array): boolean {
	for (let at = 0; at < a.length; at++) {
		const difference = (a[at] as number) - (b[at] as number);
		if (difference !== 0) return difference < 0;
	}
	return false;
}

/** Whether all bytes are 0. */
export function isZero(bytes: Uint8Array): boolean {
	let any = 0;
	for (const byte of bytes) any |= byte;
	return any === 0;
}

/** A number below 2^256 as 32 bytes. */
export function toBytes32(value: bigint): Uint8Array {
	const bytes = new Uint8Array(32);
	const view = new DataView(bytes.buffer);
	for (let at = 24; at >= 0; at -= 8) {
		view.setBigUint64(at, value & 0xffffffffffffffffn);
		value >>= 64n;
	}
	return bytes;
}

/** 32 bytes as a number. */
export function toNumber(bytes: Uint8Array): bigint {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let value = 0n;
	for (let at = 0; at < bytes.length; at += 8) value = (value << 64n) | view.getBigUint64(at);
	return value;
}
