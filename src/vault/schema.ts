import * as v from 'valibot';
import { generationLimit } from '../protocol/generation.ts';
import type { StoredIdentity, StoredRoom, VaultDocument } from './document.ts';

const hex32 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const node = v.object({ privateKey: hex32, chainCode: hex32 });
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const generation = v.object({
	generation: v.pipe(count, v.maxValue(generationLimit - 1)),
	node,
	closed: v.nullable(count),
});

const devices = v.object({
	key: hex32,
	authority: v.string(),
	clock: v.object({ time: count, count }),
	writes: v.array(v.object({ entry: v.string(), device: v.string(), time: count, count, value: v.nullable(v.string()) })),
	removed: v.array(v.string()),
	behind: v.array(v.object({ device: v.string(), authority: v.string(), text: v.string(), place: hex32, left: v.boolean() })),
	apart: v.exactOptional(v.literal(true)),
	erased: count,
	sync: v.object({ way: v.picklist(['off', 'browser', 'relay']), relay: v.string(), last: count, next: count, cleared: count }),
});

const voice = v.object({
	path: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
	scope: v.exactOptional(v.string()),
	generation: v.pipe(count, v.maxValue(generationLimit - 1)),
	n: v.pipe(count, v.maxValue(0x7fffffff)),
	since: count,
	met: v.exactOptional(v.literal(true)),
	used: count,
	over: v.exactOptional(v.literal(true)),
	forgotten: v.exactOptional(v.literal(true)),
});

/** An identity of the document. */
const identitySchema = v.object({
	id: v.string(),
	name: v.string(),
	kind: v.picklist(['phrase', 'xprv', 'key', 'devices-only', 'linked']),
	root: v.nullable(node),
	phrase: v.nullable(v.object({ words: v.string(), passphrase: v.string() })),
	confirmed: v.boolean(),
	restored: v.boolean(),
	generations: v.array(generation),
	created: count,
	devices: v.exactOptional(devices),
	contact: v.exactOptional(v.pipe(count, v.maxValue(2 ** 31 - 1))),
	stray: v.exactOptional(v.array(generation)),
	voices: v.exactOptional(v.array(voice)),
});

/** What else stands in a room is a setting of its network, which reads it by a schema of its own. */
const room = v.objectWithRest(
	{
		hidden: v.boolean(),
		hiddenOn: v.exactOptional(v.array(v.string())),
		stopped: v.boolean(),
		anonymousHost: v.string(),
		relays: v.exactOptional(v.array(v.string())),
		mode: v.picklist(['one-time', 'persona', 'no-trace', 'keyless']),
		voice: v.exactOptional(v.string()),
		identity: v.nullable(v.string()),
	},
	v.unknown(),
);

const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
const settings = v.object({
	delayMin: amount,
	delayMax: amount,
	lockMinutes: amount,
	perMinute: amount,
	perDay: amount,
	killSwitch: v.boolean(),
	care: v.exactOptional(v.picklist(['everyday', 'careful'])),
	ringText: v.exactOptional(v.boolean()),
	ringLocked: v.exactOptional(v.boolean()),
	ringAsked: v.exactOptional(v.boolean()),
});

/**
 * The document as it is once it is decrypted. A field that is missing here would be lost, so the type below compares it with document.ts
 * in both directions.
 */
export const documentSchema = v.object({
	version: v.literal(1),
	identities: v.array(identitySchema),
	settings,
	rooms: v.record(v.string(), room),
});

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
/** Fails to compile where schema and document.ts differ. */
export const schemaMatches: [
	Same<v.InferOutput<typeof documentSchema>, VaultDocument>,
	Same<v.InferOutput<typeof identitySchema>, StoredIdentity>,
	Same<v.InferOutput<typeof room>, StoredRoom>,
] = [true, true, true];
