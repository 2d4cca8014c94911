import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { randomBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';
import { BautaError } from '../messages/errors.ts';
import { concat, fromHex, HKDF, utf8 } from '../protocol/bytes.ts';
import { ecdh, type KeyPair, xOf } from '../protocol/curve.ts';
import { wipe } from '../protocol/secret.ts';
import { readTextForm, writeTextForm } from './codes/text-form.ts';
import { deviceId, keyFromBytes, storedKey } from './device-key.ts';
import { type Group, newestOf, type SharedState, unionOf, withoutWild } from './group.ts';
import { padToBucket, unpad } from './padding.ts';
import { ownId } from './registry.ts';
import { mergeWrites, withoutDevices } from './shared-entries.ts';
import { generationsSchema, idHex, publicKeyHex, readJson, writeJson, writesSchema } from './shared-schema.ts';

/*
 * The keys of a new generation, from a holder of the root to one remaining device.
 *
 * body = nonce(24) ‖ sealed
 * key = HKDF(ECDH(authority, device), "", "bauta/1 handover box" ‖ x(authority) ‖ x(device), 32)
 * sealed = XChaCha20-Poly1305(key, nonce, padded JSON)
 * Only the holder of the root and that device can compute the key, so it opens for nobody else, and nobody else can make one.
 * A removed device knows neither private key.
 */

const smallestHandover = 2048;

const handoverSchema = v.object({
	/** the authority from now on: another one where the root was replaced */
	authority: publicKeyHex,
	generations: generationsSchema,
	/** generations below this one are to be erased */
	erased: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
	removed: v.pipe(v.array(idHex), v.maxLength(500)),
	writes: writesSchema,
});
/** What a handover says. */
export type Handover = v.InferOutput<typeof handoverSchema>;

function boxKey(own: KeyPair, other: Uint8Array, info: string, authority: Uint8Array, device: Uint8Array, length: number): Uint8Array {
	const sharedSecret = ecdh(own.privateKey, other);
	const key = HKDF(sharedSecret, '', concat(utf8(info), xOf(authority), xOf(device)), length);
	wipe(sharedSecret);
	return key;
}

/** Seals a handover for one device. `device`: its public key, 33 bytes. */
export function sealHandover(handover: Handover, authority: KeyPair, device: Uint8Array): string {
	const padded = padToBucket(writeJson(v.parse(handoverSchema, handover)), smallestHandover);
	const key = boxKey(authority, device, 'bauta/1 handover box', authority.publicKey, device, 32);
	const nonce = randomBytes(24);
	const sealed = xchacha20poly1305(key, nonce).encrypt(padded);
	wipe(key, padded);
	return writeTextForm('keys', concat(nonce, sealed));
}

/**
 * Opens a handover on the device that it is for.
 * @throws BautaError `link-unknown`, `link-kind`, `link-newer`, `link-truncated`, `keys-foreign` (for another device, or not from a holder
 * of the root)
 */
export function openHandover(text: string, device: KeyPair, authority: Uint8Array): Handover {
	return decodeHandover(bodyOf(text), boxKey(device, authority, 'bauta/1 handover box', authority, device.publicKey, 32));
}

/** Reads on the side of the authority what was sealed for `device` (33 bytes). @throws BautaError as `openHandover` */
export function readHandover(text: string, authority: KeyPair, device: Uint8Array): Handover {
	return decodeHandover(bodyOf(text), boxKey(authority, device, 'bauta/1 handover box', authority.publicKey, device, 32));
}

function bodyOf(text: string): Uint8Array {
	const body = readTextForm('keys', text);
	if (body.length < 24 + 16) throw new BautaError('link-unknown');
	return body;
}

function decodeHandover(body: Uint8Array, key: Uint8Array): Handover {
	const plain = unpad(decrypt(key, body));
	const handover = readJson(handoverSchema, plain);
	wipe(key, plain);
	return handover;
}

function decrypt(key: Uint8Array, body: Uint8Array): Uint8Array {
	try {
		return xchacha20poly1305(key, body.subarray(0, 24)).decrypt(body.subarray(24));
	} catch {
		throw new BautaError('keys-foreign');
	}
}

/**
 * The mailbox in which one device's handovers are left: a key pair that only authority and device can compute. `other`, `authority`,
 * `device`: public keys, 33 bytes.
 */
export function handoverMailbox(own: KeyPair, other: Uint8Array, authority: Uint8Array, device: Uint8Array): KeyPair {
	return keyFromBytes(boxKey(own, other, 'bauta/1 handover mailbox', authority, device, 48));
}

/**
 * Takes a handover in. One that is older than what is here changes nothing.
 * @param now unix ms
 * @throws BautaError as `openHandover`; `device-removed` where this device was unlinked
 */
export function takeHandover({ generations, group }: SharedState, text: string, now: number): SharedState {
	const device = storedKey(group.key);
	const handover = openHandover(text, device, fromHex(group.authority));
	if (handover.removed.includes(deviceId(device.publicKey))) throw new BautaError('device-removed');
	const firstKept = Math.max(group.erased, handover.erased);
	const all = withoutWild(unionOf(generations, handover.generations), Math.floor(now / 1000));
	const newest = newestOf(all)?.generation;
	const newer = newest !== undefined && !generations.some(({ generation }) => generation === newest);
	const kept = all.filter(({ generation }) => generation >= firstKept);
	const known = newer ? onlyListed(group, handover) : group;
	const merged = { ...mergeWrites(withoutDevices(known, handover.removed), handover.writes, now), erased: firstKept };
	return { generations: kept, group: newer ? { ...merged, authority: handover.authority } : merged };
}

/**
 * The group without what devices wrote that the holder of the root does not list: a device that was removed may have
 * brought in others while this one did not know yet.
 */
function onlyListed(group: Group, { writes }: Handover): Group {
	const own = ownId(group);
	const listed = new Set(writes.filter(({ entry }) => entry.startsWith('device/')).map(({ entry }) => entry.slice('device/'.length)));
	return { ...group, writes: group.writes.filter(({ device }) => device === own || listed.has(device)) };
}
