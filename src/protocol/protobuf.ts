import { concat } from './bytes.ts';
import { ProtocolError } from './error.ts';

// The part of protobuf's wire format (https://protobuf.dev/programming-guides/encoding/) that Status and XMTP messages use.

/** One field. */
export interface Field {
	number: number;
	/** a number for varint and fixed fields, bytes for everything with a length */
	value: bigint | Uint8Array;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** All fields in their order, as views into `bytes`. Throws `not-protobuf`. */
export function decodeFields(bytes: Uint8Array): Field[] {
	const fields: Field[] = [];
	const reader = { bytes, at: 0 };
	while (reader.at < bytes.length) {
		const key = Number(readVarint(reader));
		const number = Math.floor(key / 8);
		if (number < 1 || number >= 2 ** 29) throw new ProtocolError('not-protobuf', 'field number');
		fields.push({ number, value: readValue(reader, key % 8) });
	}
	return fields;
}

/** One field: a varint, or bytes with their length. A value of null is left out, as proto3 leaves out what is not set. */
export function encodeField(number: number, value: bigint | number | Uint8Array | null): Uint8Array {
	if (value === null) return new Uint8Array(0);
	if (value instanceof Uint8Array) return concat(varint(BigInt(number) * 8n + 2n), varint(BigInt(value.length)), value);
	return concat(varint(BigInt(number) * 8n), varint(BigInt(value)));
}

/** The last value of a field, as protobuf takes it, if it is bytes. */
export function bytesOf(fields: readonly Field[], number: number): Uint8Array | null {
	const value = fields.findLast((field) => field.number === number)?.value;
	return value instanceof Uint8Array ? value : null;
}

/** The last value of a field as text, or ''. Throws `not-protobuf` where it is not UTF-8. */
export function textOf(fields: readonly Field[], number: number): string {
	const bytes = bytesOf(fields, number);
	if (!bytes) return '';
	try {
		return decoder.decode(bytes);
	} catch {
		throw new ProtocolError('not-protobuf', 'not UTF-8');
	}
}

/** The last value of a field, if it is a number. */
export function numberOf(fields: readonly Field[], number: number): bigint | null {
	const value = fields.findLast((field) => field.number === number)?.value;
	return typeof value === 'bigint' ? value : null;
}

type Reader = { bytes: Uint8Array; at: number };

function readValue(reader: Reader, wireType: number): bigint | Uint8Array {
	if (wireType === 0) return readVarint(reader);
	if (wireType === 2) return take(reader, readVarint(reader));
	if (wireType === 1 || wireType === 5) {
		let value = 0n;
		for (const byte of take(reader, wireType === 1 ? 8n : 4n).toReversed()) value = (value << 8n) | BigInt(byte);
		return value;
	}
	throw new ProtocolError('not-protobuf', `wire type ${wireType}`);
}

function take(reader: Reader, length: bigint): Uint8Array {
	if (length > BigInt(reader.bytes.length - reader.at)) throw new ProtocolError('not-protobuf', 'too short');
	reader.at += Number(length);
	return reader.bytes.subarray(reader.at - Number(length), reader.at);
}

function readVarint(reader: Reader): bigint {
	let value = 0n;
	for (let shift = 0n; shift < 70n; shift += 7n) {
		const byte = reader.bytes[reader.at++];
		if (byte === undefined) throw new ProtocolError('not-protobuf', 'too short');
		value |= BigInt(byte & 0x7f) << shift;
		if (byte < 0x80) return BigInt.asUintN(64, value);
	}
	throw new ProtocolError('not-protobuf', 'varint is too long');
}

function varint(value: bigint): Uint8Array {
	const bytes: number[] = [];
	let rest = BigInt.asUintN(64, value);
	while (rest >= 0x80n) {
		bytes.push(Number(rest & 0x7fn) | 0x80);
		rest >>= 7n;
	}
	return Uint8Array.of(...bytes, Number(rest));
}
