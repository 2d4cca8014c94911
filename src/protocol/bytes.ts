import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { SHA256 } from '@stablelib/sha256';
import { ProtocolError } from './error.ts';

// docs/protocol.md §0: the encodings and the hash that everything else is written with.

const encoder = new TextEncoder();

/** UTF-8. Throws `text-surrogate` on an unpaired surrogate, which has no UTF-8 and would else become U+FFFD. */
export function utf8(text: string): Uint8Array {
	refuseSurrogates(text);
	return encoder.encode(text);
}

function refuseSurrogates(text: string): void {
	// ES2024, in every browser that the extension runs in
	if (!(text as string & { isWellFormed(): boolean }).isWellFormed()) throw new ProtocolError('text-surrogate');
}

/** `value`, below 2^24, as three bytes, big-endian. */
export function u24be(value: number): Uint8Array {
	return Uint8Array.of(value >>> 16, value >>> 8, value);
}

/** `value`, below 2^32, as four bytes, big-endian. */
export function u32be(value: number): Uint8Array {
	return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

function writeU32(bytes: Uint8Array, at: number, value: number): void {
	bytes[at] = value >>> 24;
	bytes[at + 1] = value >>> 16;
	bytes[at + 2] = value >>> 8;
	bytes[at + 3] = value;
}

/** `value`: a whole number from 0 to 2^53 - 1. */
export function u64be(value: number): Uint8Array {
	return concat(u32be(Math.floor(value / 2 ** 32)), u32be(value % 2 ** 32));
}

/** Four bytes at `offset` as an unsigned number. The caller has checked the length. */
export function readU32(bytes: Uint8Array, offset: number): number {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset);
}

/** These bytes one after another, in a new array. */
export function concat(...parts: Uint8Array[]): Uint8Array {
	let length = 0;
	for (const part of parts) length += part.length;
	const whole = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

/** `lp(b) = u32be(length b) ‖ b` */
export function lp(part: Uint8Array | string): Uint8Array {
	const bytes = typeof part === 'string' ? utf8(part) : part;
	return concat(u32be(bytes.length), bytes);
}

/** `lp(domain)` of the few domains there are */
const domains = new Map<string, Uint8Array>();
const hashInput = new Uint8Array(2048);
const hasher = new SHA256();

/**
 * `H(domain, p1, …, pn) = SHA256(lp(domain) ‖ lp(p1) ‖ … ‖ lp(pn))`, 32 bytes. Of values that are public, or will be: never of a key.
 * These hashes are most of what judging a foreign message costs. So short input is put together in one buffer that is used again, and
 * stablelib hashes it: in Chromium noble takes twice as long (in Node they are alike).
 */
export function H(domain: string, ...parts: (Uint8Array | string)[]): Uint8Array {
	const start = domains.get(domain) ?? lp(domain);
	domains.set(domain, start);
	let longest = start.length;
	// no UTF-16 unit takes more than three bytes
	for (const part of parts) longest += 4 + (typeof part === 'string' ? 3 * part.length : part.length);
	const whole = longest <= hashInput.length ? hashInput : new Uint8Array(longest);
	whole.set(start);
	let at = start.length;
	for (const part of parts) {
		const length = typeof part === 'string' ? writeUtf8(whole, at + 4, part) : part.length;
		writeU32(whole, at, length);
		if (typeof part !== 'string') whole.set(part, at + 4);
		at += 4 + length;
	}
	const digest = new Uint8Array(32);
	hasher.reset().update(whole, at).finish(digest);
	// both are used again by whoever comes next; a text that is about to leave, or what devices share, must not wait there for it
	hasher.clean();
	whole.fill(0, 0, at);
	return digest;
}

/** Writes UTF-8 at `at` and returns its length. Most text is ASCII to its end, and needs no encoder. */
function writeUtf8(into: Uint8Array, at: number, text: string): number {
	for (let index = 0; index < text.length; index++) {
		const unit = text.charCodeAt(index);
		if (unit > 0x7f) {
			refuseSurrogates(text);
			return encoder.encodeInto(text, into.subarray(at)).written;
		}
		into[at + index] = unit;
	}
	return text.length;
}

/** HKDF-SHA256 (RFC 5869). `length` in bytes. */
export function HKDF(ikm: Uint8Array, salt: Uint8Array | string, info: Uint8Array | string, length: number): Uint8Array {
	return hkdf(sha256, ikm, typeof salt === 'string' ? utf8(salt) : salt, typeof info === 'string' ? utf8(info) : info, length);
}

/** Throws `bytes-length` unless `bytes` is a Uint8Array of exactly `length` bytes. */
export function expectLength(bytes: Uint8Array, length: number): Uint8Array {
	if (!(bytes instanceof Uint8Array) || bytes.length !== length)
		throw new ProtocolError('bytes-length', `expected ${length} bytes, got ${bytes?.length}`);
	return bytes;
}

const hexDigits = '0123456789abcdef';

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
	let text = '';
	for (const byte of bytes) text += (hexDigits[byte >> 4] as string) + hexDigits[byte & 15];
	return text;
}

/** Hex of either case. Throws `not-hex`. */
export function fromHex(text: string): Uint8Array {
	if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) throw new ProtocolError('not-hex');
	const bytes = new Uint8Array(text.length / 2);
	for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
	return bytes;
}

const base64urlDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const base64urlValues = new Int8Array(128).fill(-1);
for (let value = 0; value < 64; value++) base64urlValues[base64urlDigits.charCodeAt(value)] = value;
/** The value of the digit at `at`; -1 for any other character, and behind the end. */
const digitValue = (text: string, at: number): number => base64urlValues[text.charCodeAt(at)] ?? -1;

/** `b64`: base64url without padding (RFC 4648 §5). */
export function toBase64url(bytes: Uint8Array): string {
	let text = '';
	let bits = 0;
	let remainder = 0;
	for (const byte of bytes) {
		remainder = (remainder << 8) | byte;
		for (bits += 8; bits >= 6; bits -= 6) text += base64urlDigits[(remainder >> (bits - 6)) & 63];
		remainder &= 0xff;
	}
	return bits === 0 ? text : text + base64urlDigits[(remainder << (6 - bits)) & 63];
}

/** Reads `b64`. Throws `not-base64url` on padding, white space, the other alphabet, or spare bits that are set. */
export function fromBase64url(text: string): Uint8Array {
	if (text.length % 4 === 1) throw new ProtocolError('not-base64url');
	const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
	const rest = text.length % 4;
	const whole = text.length - rest;
	// a value of -1 makes the whole joined number negative, which is looked at once below
	let at = 0;
	for (let digit = 0; digit < whole; digit += 4) {
		const three =
			(digitValue(text, digit) << 18) |
			(digitValue(text, digit + 1) << 12) |
			(digitValue(text, digit + 2) << 6) |
			digitValue(text, digit + 3);
		if (three < 0) throw new ProtocolError('not-base64url');
		bytes[at++] = three >> 16;
		bytes[at++] = three >> 8;
		bytes[at++] = three;
	}
	if (rest > 0) {
		const third = rest === 3 ? digitValue(text, whole + 2) : 0;
		const last = (digitValue(text, whole) << 12) | (digitValue(text, whole + 1) << 6) | third;
		// of 18 bits these are spare
		if (last < 0 || (last & (rest === 3 ? 0x3 : 0x3ff)) !== 0) throw new ProtocolError('not-base64url');
		bytes[at++] = last >> 10;
		if (rest === 3) bytes[at] = last >> 2;
	}
	return bytes;
}
