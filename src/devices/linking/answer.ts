import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { sha256 } from '@noble/hashes/sha2.js';
import * as v from 'valibot';
import { BautaError } from '../../messages/errors.ts';
import { concat, H, HKDF, utf8 } from '../../protocol/bytes.ts';
import { ecdh, isPublicKey, type KeyPair } from '../../protocol/curve.ts';
import { equalBytes, wipe } from '../../protocol/secret.ts';
import { sixWords } from '../codes/six-words.ts';
import { readTextForm, writeTextForm } from '../codes/text-form.ts';
import { randomKey } from '../device-key.ts';
import { padToBucket, unpad } from '../padding.ts';
import { generationsSchema, idHex, publicKeyHex, readJson, writeJson, writesSchema } from '../shared-schema.ts';

/*
 * The answer to a link code: what a linked device holds, sealed to the code's one-time key.
 *
 * body = first 16 bytes of the code's hash ‖ ephemeral public key(33) ‖ sealed
 * key(32) ‖ nonce(24) = HKDF(ECDH(ephemeral, once), code hash, "bauta/1 link answer" ‖ ephemeral ‖ once, 56)
 * sealed = XChaCha20-Poly1305(key, nonce, aad = the 49 bytes before it, padded JSON)
 * The key seals once, so the nonce may come from the same derivation.
 */

const headLength = 49;
const smallestAnswer = 2048;

const bundleSchema = v.object({
	/** what the user calls the identity */
	name: v.pipe(v.string(), v.maxLength(200)),
	/** the id of the device that answers */
	from: idHex,
	authority: publicKeyHex,
	devicesOnly: v.boolean(),
	created: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
	generations: generationsSchema,
	removed: v.pipe(v.array(idHex), v.maxLength(500)),
	writes: writesSchema,
});
/** Everything that a new device is given. It has no field for a root, a phrase or a chat key. */
export type LinkedBundle = v.InferOutput<typeof bundleSchema>;

interface Sealing {
	key: Uint8Array;
	nonce: Uint8Array;
}

function sealingOf(sharedSecret: Uint8Array, hash: Uint8Array, ephemeral: Uint8Array, once: Uint8Array): Sealing {
	const derived = HKDF(sharedSecret, hash, concat(utf8('bauta/1 link answer'), ephemeral, once), 56);
	wipe(sharedSecret);
	return { key: derived.subarray(0, 32), nonce: derived.subarray(32) };
}

/** Six words over both keys and the answer's hash, which the two screens show before anything is saved. */
function checkWords(once: Uint8Array, body: Uint8Array): string[] {
	return sixWords(H('bauta/1 link check', once, body.subarray(16, headLength), sha256(body)));
}

/** Seals a bundle as the answer to a code. `once`: 33 bytes; `hash`: the code's, 32 bytes. @throws BautaError `sync-full` */
export function sealAnswer(
	bundle: LinkedBundle,
	{ once, hash }: { once: Uint8Array; hash: Uint8Array },
): { text: string; words: string[] } {
	// parsing drops whatever the schema does not have, so nothing else is sent
	const plain = writeJson(v.parse(bundleSchema, bundle));
	const padded = padToBucket(plain, smallestAnswer);
	const ephemeral = randomKey();
	const { key, nonce } = sealingOf(ecdh(ephemeral.privateKey, once), hash, ephemeral.publicKey, once);
	const head = concat(hash.subarray(0, 16), ephemeral.publicKey);
	const body = concat(head, xchacha20poly1305(key, nonce, head).encrypt(padded));
	wipe(plain, padded, key, nonce, ephemeral.privateKey);
	return { text: writeTextForm('answer', body), words: checkWords(once, body) };
}

/**
 * Opens the answer to a code of this device.
 * @param once the key pair of the code; @param hash the code's hash, 32 bytes
 * @throws BautaError `link-unknown`, `link-kind`, `link-newer`, `link-truncated`, `link-foreign` (it answers another code)
 */
export function openAnswer(text: string, once: KeyPair, hash: Uint8Array): { bundle: LinkedBundle; words: string[] } {
	const body = readTextForm('answer', text);
	if (body.length < headLength + 16) throw new BautaError('link-unknown');
	const head = body.slice(0, headLength);
	const ephemeral = head.slice(16);
	if (!equalBytes(head.subarray(0, 16), hash.subarray(0, 16)) || !isPublicKey(ephemeral)) throw new BautaError('link-foreign');
	const { key, nonce } = sealingOf(ecdh(once.privateKey, ephemeral), hash, ephemeral, once.publicKey);
	const plain = unpad(open(key, nonce, head, body.subarray(headLength)));
	const bundle = readJson(bundleSchema, plain);
	wipe(plain, key, nonce);
	return { bundle, words: checkWords(once.publicKey, body) };
}

function open(key: Uint8Array, nonce: Uint8Array, head: Uint8Array, sealed: Uint8Array): Uint8Array {
	try {
		return xchacha20poly1305(key, nonce, head).decrypt(sealed);
	} catch {
		throw new BautaError('link-foreign');
	}
}
