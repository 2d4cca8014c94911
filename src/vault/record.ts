import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, randomBytes } from '@noble/hashes/utils.js';
import { BautaError } from '../messages/errors.ts';
import { pad, unpad } from './padding.ts';

const version = 1;

/** Each name has a key of its own, so a record can never be passed off as another one. */
function recordKey(key: Uint8Array, name: string): Uint8Array {
	return hkdf(sha256, key, new Uint8Array(0), new TextEncoder().encode(`bauta vault record/${name}`), 32);
}

/**
 * Seals a side record (the outbox, the archive) for the disk: `version(1) ‖ nonce(24) ‖ sealed`, padded to the buckets of padding.ts.
 * @param key the vault's unlocked key, 32 bytes
 * @param name what the record is; the same name opens it
 */
export function sealRecord(key: Uint8Array, name: string, bytes: Uint8Array): Uint8Array {
	const nonce = randomBytes(24);
	const head = Uint8Array.of(version);
	const subkey = recordKey(key, name);
	const padded = pad(bytes);
	const sealed = xchacha20poly1305(subkey, nonce, head).encrypt(padded);
	subkey.fill(0);
	padded.fill(0);
	return concatBytes(head, nonce, sealed);
}

/**
 * Opens what `sealRecord` made with the same key and name.
 * @throws BautaError `vault-newer` (a later version wrote it), `record-broken` (changed, cut, or of another key or name)
 */
export function openRecord(key: Uint8Array, name: string, blob: Uint8Array): Uint8Array {
	if ((blob[0] ?? 0) > version) throw new BautaError('vault-newer', name);
	if (blob.length < 25 + 16 || blob[0] !== version) throw new BautaError('record-broken', name);
	const subkey = recordKey(key, name);
	try {
		return unpad(xchacha20poly1305(subkey, blob.subarray(1, 25), blob.subarray(0, 1)).decrypt(blob.subarray(25)));
	} catch {
		throw new BautaError('record-broken', name);
	} finally {
		subkey.fill(0);
	}
}
