import * as v from 'valibot';
import { BautaError } from '../messages/errors.ts';
import type { Generation, Write } from './group.ts';

/** What comes in from another device, sealed or not, is checked here before anything looks at it. */

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const hex32 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
/** 33 bytes as hex */
export const publicKeyHex = v.pipe(v.string(), v.regex(/^0[23][0-9a-f]{64}$/));
/** 16 bytes as hex */
export const idHex = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));

/** a `Generation` */
const generationSchema = v.object({
	generation: v.pipe(whole, v.maxValue(2 ** 20 - 1)),
	node: v.object({ privateKey: hex32, chainCode: hex32 }),
	closed: v.nullable(v.pipe(whole, v.maxValue(0xffffffff))),
});
/** all generations of a self */
export const generationsSchema = v.pipe(v.array(generationSchema), v.maxLength(500));

/** a `Write` */
const writeSchema = v.object({
	entry: v.pipe(v.string(), v.maxLength(3300)),
	device: idHex,
	time: whole,
	count: whole,
	value: v.nullable(v.pipe(v.string(), v.maxLength(8192))),
});
/** all writes of a device */
export const writesSchema = v.pipe(v.array(writeSchema), v.maxLength(5000));

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
/** Fails to compile where these differ from group.ts. */
export const sharedMatches: [Same<v.InferOutput<typeof generationSchema>, Generation>, Same<v.InferOutput<typeof writeSchema>, Write>] = [
	true,
	true,
];

/**
 * JSON bytes as `schema` has them.
 * @throws BautaError `link-unknown`
 */
export function readJson<S extends v.GenericSchema>(schema: S, bytes: Uint8Array): v.InferOutput<S> {
	let value: unknown;
	try {
		value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
	} catch {
		throw new BautaError('link-unknown');
	}
	const read = v.safeParse(schema, value);
	if (!read.success) throw new BautaError('link-unknown', v.getDotPath(read.issues[0]) ?? '');
	return read.output;
}

/** A value as UTF-8 bytes of JSON. */
export function writeJson(value: unknown): Uint8Array {
	return new TextEncoder().encode(JSON.stringify(value));
}
