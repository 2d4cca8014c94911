import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { randomBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';
import { concat, fromBase64url, fromHex, H, HKDF, toBase64url, toHex, u32be } from '../protocol/bytes.ts';
import { isPublicKey, type KeyPair } from '../protocol/curve.ts';
import { generationSecret } from '../protocol/generation.ts';
import { withNode } from '../protocol/node.ts';
import { wipe } from '../protocol/secret.ts';
import { signSchnorr, verifySchnorr } from '../protocol/signature.ts';
import { deviceId, keyFromBytes, storedKey } from './device-key.ts';
import type { Generation, Group, Write } from './group.ts';
import { padToBucket, unpad } from './padding.ts';
import { ownId } from './registry.ts';
import { publicKeyHex, readJson, writeJson, writesSchema } from './shared-schema.ts';

/*
 * What one device writes for the others: its own last word on every entry, under a key of one generation.
 *
 * mailbox seed(48) ‖ box key(32) ‖ name key(32) = HKDF(generationSecret(g), "", "bauta/1 sync", 112)
 * text = b64(u8(1) ‖ nonce(24) ‖ XChaCha20-Poly1305(box key, nonce, aad = u8(1) ‖ u32be(g), padded(signature(64) ‖ JSON)))
 * The signature (BIP-340, over H("bauta/1 slot", u32be(g), JSON)) is the device's own. So a device cannot write in another's name.
 */

const version = 1;
const smallestText = 4096;

/** What every device of a generation derives for its sync texts. */
export interface SyncKeys {
	/** where they lie */
	mailbox: KeyPair;
	/** what they are sealed with, 32 bytes */
	box: Uint8Array;
	/** what their names are made with, 32 bytes */
	name: Uint8Array;
}

/** The keys of a generation's sync texts. */
export function syncKeys({ node }: Generation): SyncKeys {
	const secret = withNode(node, generationSecret);
	const derived = HKDF(secret, '', 'bauta/1 sync', 112);
	const keys = { mailbox: keyFromBytes(derived.slice(0, 48)), box: derived.slice(48, 80), name: derived.slice(80) };
	wipe(secret, derived);
	return keys;
}

/** The name of a device's text in the mailbox: 32 hex digits that tell nothing without the key. */
export function syncTextName({ name }: SyncKeys, id: string): string {
	return toHex(H('bauta/1 slot name', name, fromHex(id)).slice(0, 16));
}

const syncTextSchema = v.object({
	/** the device's public key */
	key: publicKeyHex,
	writes: writesSchema,
	/** generation → slot of its closing */
	closings: v.record(v.pipe(v.string(), v.regex(/^\d{1,7}$/)), v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
});

/** What one device wrote for the others: its writes, and the slots at which generations were closed. */
export interface SyncText {
	device: string;
	writes: Write[];
	closings: Record<string, number>;
}

/** This device's text for the others. @throws BautaError `sync-full` */
export function sealSyncText(group: Group, generations: readonly Generation[], current: Generation, keys: SyncKeys): string {
	const device = storedKey(group.key);
	const id = ownId(group);
	const closings = Object.fromEntries(generations.flatMap(({ generation, closed }) => (closed === null ? [] : [[generation, closed]])));
	const json = writeJson({ key: toHex(device.publicKey), writes: group.writes.filter((write) => write.device === id), closings });
	const signature = signSchnorr(H('bauta/1 slot', u32be(current.generation), json), device.privateKey, randomBytes(32));
	const padded = padToBucket(concat(signature, json), smallestText);
	const nonce = randomBytes(24);
	const sealed = xchacha20poly1305(keys.box, nonce, context(current)).encrypt(padded);
	wipe(padded, json, device.privateKey);
	return toBase64url(concat(Uint8Array.of(version), nonce, sealed));
}

/** What another device wrote under this generation; null for anything else, whatever is wrong with it. */
export function openSyncText(text: string, { generation }: Pick<Generation, 'generation'>, keys: SyncKeys): SyncText | null {
	try {
		const bytes = fromBase64url(text);
		if (bytes[0] !== version) return null;
		const plain = unpad(xchacha20poly1305(keys.box, bytes.subarray(1, 25), context({ generation })).decrypt(bytes.subarray(25)));
		const json = plain.subarray(64);
		const { key, writes, closings } = readJson(syncTextSchema, json);
		const publicKey = fromHex(key);
		const device = deviceId(publicKey);
		if (!isPublicKey(publicKey) || !verifySchnorr(H('bauta/1 slot', u32be(generation), json), plain.subarray(0, 64), publicKey))
			return null;
		return writes.every((write) => write.device === device) ? { device, writes, closings } : null;
	} catch {
		return null;
	}
}

function context({ generation }: Pick<Generation, 'generation'>): Uint8Array {
	return concat(Uint8Array.of(version), u32be(generation));
}
