import { randomBytes } from '@noble/hashes/utils.js';
import { concat, fromHex, H, HKDF, toHex } from '../protocol/bytes.ts';
import { type KeyPair, keyPair, n, toBytes32, toNumber } from '../protocol/curve.ts';
import type { Node } from '../protocol/node.ts';
import { wipe } from '../protocol/secret.ts';

/** A key pair from 48 bytes, so that the remainder's bias is below 2^-128: `d = OS2IP(bytes) mod (n - 1) + 1`. The bytes are overwritten. */
export function keyFromBytes(bytes: Uint8Array): KeyPair {
	const high = toNumber(bytes.subarray(0, 32));
	const low = toNumber(concat(new Uint8Array(16), bytes.subarray(32, 48)));
	const private32 = toBytes32((((high << 128n) | low) % (n - 1n)) + 1n);
	wipe(bytes);
	return keyPair(private32);
}

/** A fresh random key pair. */
export function randomKey(): KeyPair {
	return keyFromBytes(randomBytes(48));
}

/** The key pair whose private key is stored as hex. */
export function storedKey(privateKey: string): KeyPair {
	return keyPair(fromHex(privateKey));
}

/**
 * A device's id: hex of the first 16 bytes of `H("bauta/1 device", public key)`. It is random, as the key is. Nobody can keep the id and put
 * another key behind it. It is written into encrypted texts alone.
 */
export function deviceId(publicKey: Uint8Array): string {
	return toHex(H('bauta/1 device', publicKey).slice(0, 16));
}

/**
 * The key of whoever holds the root A: `HKDF(A.privateKey ‖ A.chainCode, "", "bauta/1 handover", 48)`. Linked devices know its public
 * half, so nobody but a holder of the root can hand them the keys of a new generation.
 */
export function authorityKey(root: Node): KeyPair {
	const both = concat(root.privateKey, root.chainCode);
	const derived = HKDF(both, '', 'bauta/1 handover', 48);
	wipe(both);
	return keyFromBytes(derived);
}
