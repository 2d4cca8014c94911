import { concat, utf8 } from '../../src/protocol/bytes.ts';
import { ProtocolError } from '../../src/protocol/error.ts';
import { decodeFields, encodeField, type Field } from '../../src/protocol/protobuf.ts';
import { wrong } from './fault.ts';

/*
 * Messages by their schema, from and to protobuf's two forms: bytes (https://protobuf.dev/programming-guides/encoding/) and JSON
 * (https://protobuf.dev/programming-guides/json/). What a schema does not know is passed over, as a newer client may say more.
 */

/** What a field holds: one of protobuf's types, or a message. */
export type Kind = 'string' | 'bytes' | 'bool' | 'uint32' | 'uint64' | Schema;

/** One field, under its name in JSON. */
export interface FieldSchema {
	number: number;
	kind: Kind;
	isRepeated?: true;
}

/** The fields of a message, by their names in camelCase. */
export interface Schema {
	readonly [name: string]: FieldSchema;
}

/** The value of a field; uint64 are numbers, as milliseconds fit. */
export type Value = string | Uint8Array | boolean | number | Message | Value[];
/** A message: each field has a value, that of proto3 where none was sent; a message that is not there is null. */
export interface Message {
	[name: string]: Value | null;
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const most = { uint32: 2 ** 32 - 1, uint64: Number.MAX_SAFE_INTEGER };

function emptyValue({ kind, isRepeated }: FieldSchema): Value | null {
	if (isRepeated) return [];
	if (typeof kind === 'object') return null;
	return kind === 'string' ? '' : kind === 'bytes' ? new Uint8Array(0) : kind === 'bool' ? false : 0;
}

/** Reads a message of bytes. Throws `invalid_argument`. */
export function decodeProto(schema: Schema, bytes: Uint8Array, place = ''): Message {
	let fields: Field[];
	try {
		fields = decodeFields(bytes);
	} catch (thrown) {
		if (thrown instanceof ProtocolError) throw wrong(place || 'body', 'is no protobuf message');
		throw thrown;
	}
	return build(schema, place, ({ number }) => fields.filter((field) => field.number === number).map(({ value }) => value), ofProto);
}

/** Reads a message of parsed JSON. Throws `invalid_argument`. */
export function decodeJson(schema: Schema, json: unknown, place = ''): Message {
	if (typeof json !== 'object' || json === null || Array.isArray(json)) throw wrong(place || 'body', 'expected an object');
	const fields = new Map(Object.entries(json));
	const valuesOf = ({ isRepeated }: FieldSchema, name: string, inside: string): unknown[] => {
		const value = fields.get(name) ?? fields.get(snakeCase(name)) ?? null;
		if (value === null) return [];
		if (!isRepeated) return [value];
		if (!Array.isArray(value)) throw wrong(inside, 'expected an array');
		return value;
	};
	return build(schema, place, valuesOf, ofJson);
}

/** Puts a message together from the values that one of the forms has for each field. */
function build<T>(
	schema: Schema,
	place: string,
	valuesOf: (field: FieldSchema, name: string, place: string) => T[],
	read: (kind: Kind, value: T, place: string) => Value,
): Message {
	const message: Message = {};
	for (const [name, field] of Object.entries(schema)) {
		const inside = place ? `${place}.${snakeCase(name)}` : snakeCase(name);
		const values = valuesOf(field, name, inside);
		if (field.isRepeated) message[name] = values.map((value, at) => read(field.kind, value, `${inside}[${at}]`));
		// of several the last one counts
		else message[name] = values.length > 0 ? read(field.kind, values.at(-1) as T, inside) : emptyValue(field);
	}
	return message;
}

function ofProto(kind: Kind, value: bigint | Uint8Array, place: string): Value {
	if (typeof kind === 'object' || kind === 'string' || kind === 'bytes') {
		if (!(value instanceof Uint8Array)) throw wrong(place, 'is a number in this message');
		if (typeof kind === 'object') return decodeProto(kind, value, place);
		return kind === 'bytes' ? value.slice() : textIn(value, place);
	}
	if (typeof value !== 'bigint') throw wrong(place, 'is no number in this message');
	if (kind === 'bool') return value !== 0n;
	return inRange(Number(value), kind, place);
}

function textIn(bytes: Uint8Array, place: string): string {
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		throw wrong(place, 'is not UTF-8');
	}
}

function inRange(value: number, kind: 'uint32' | 'uint64', place: string): number {
	if (!Number.isSafeInteger(value) || value < 0 || value > most[kind]) throw wrong(place, `is no ${kind}`);
	return value;
}

function ofJson(kind: Kind, value: unknown, place: string): Value {
	if (typeof kind === 'object') return decodeJson(kind, value, place);
	if (kind === 'bool') {
		if (typeof value !== 'boolean') throw wrong(place, 'expected true or false');
		return value;
	}
	if (kind === 'uint32' || kind === 'uint64') {
		if (typeof value !== 'number' && !(typeof value === 'string' && /^\d{1,20}$/.test(value))) throw wrong(place, 'expected a number');
		return inRange(Number(value), kind, place);
	}
	if (typeof value !== 'string') throw wrong(place, 'expected a text');
	if (kind === 'string') {
		// ES2024, in every Node that runs this
		if (!(value as string & { isWellFormed(): boolean }).isWellFormed()) throw wrong(place, 'has half a character in it');
		return value;
	}
	// both alphabets, with padding or without
	if (!/^[\w+/-]*={0,2}$/.test(value)) throw wrong(place, 'is no base64');
	return new Uint8Array(Buffer.from(value, 'base64'));
}

const isEmpty = (value: Value | null): boolean =>
	value === null || value === '' || value === false || value === 0 || (value instanceof Uint8Array && value.length === 0);

/** Writes a message as bytes; what has the value that proto3 takes it to have is left out. */
export function encodeProto(schema: Schema, message: Message): Uint8Array {
	const write = ({ number, kind }: FieldSchema, value: Value): Uint8Array => {
		if (typeof kind === 'object') return encodeField(number, encodeProto(kind, value as Message));
		if (typeof value === 'string') return encodeField(number, utf8(value));
		return encodeField(number, value instanceof Uint8Array ? value : Number(value));
	};
	const parts = Object.entries(schema).flatMap(([name, field]) => {
		const value = message[name] ?? null;
		if (Array.isArray(value)) return value.map((each) => write(field, each));
		return value === null || isEmpty(value) ? [] : [write(field, value)];
	});
	return concat(...parts);
}

/** The same as a value for JSON. */
export function encodeJson(schema: Schema, message: Message): Record<string, unknown> {
	const write = (kind: Kind, value: Value): unknown => {
		if (typeof kind === 'object') return encodeJson(kind, value as Message);
		if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
		return kind === 'uint64' ? String(value) : value;
	};
	const entries = Object.entries(schema).flatMap(([name, { kind, isRepeated }]): [string, unknown][] => {
		const value = message[name] ?? null;
		if (isRepeated) return Array.isArray(value) && value.length > 0 ? [[name, value.map((each) => write(kind, each))]] : [];
		return value === null || isEmpty(value) ? [] : [[name, write(kind, value)]];
	});
	return Object.fromEntries(entries);
}
