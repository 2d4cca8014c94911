import { recoverPublicKey, schnorr, sign } from '@noble/secp256k1';
import { concat, expectLength, H } from './bytes.ts';
import { checkPrivateKey, halfNBytes, isBelow, isZero, nBytes } from './curve.ts';
import { signatureLength } from './envelope.ts';
import { ProtocolError } from './error.ts';

// docs/protocol.md §6: `r ‖ s ‖ v`, from which the author key is recovered (SEC 1 §4.1.6). The library puts v first.

/** `H("bauta/1 message", contentHash, envelope)`, 32 bytes. */
export function messageDigest(contentHash: Uint8Array, envelope: Uint8Array): Uint8Array {
	return H('bauta/1 message', contentHash, envelope);
}

/**
 * Recoverable ECDSA over a 32-byte digest as it is: low s, v ∈ {0, 1}, nonce by RFC 6979 without extra entropy. 65 bytes.
 * Throws `key-length`, `key-zero`, `key-range`, `bytes-length`; `not-a-signature` where R has x ≥ n, which no known key gives.
 */
export function signDigest(digest: Uint8Array, privateKey: Uint8Array): Uint8Array {
	checkPrivateKey(privateKey);
	const vFirst = sign(expectLength(digest, 32), privateKey, { prehash: false, lowS: true, extraEntropy: false, format: 'recovered' });
	const signature = concat(vFirst.subarray(1), vFirst.subarray(0, 1));
	if (!isSignature(signature)) throw new ProtocolError('not-a-signature');
	return signature;
}

/** Whether r, s and v are in range: 0 < r < n, 0 < s ≤ n/2, v ≤ 1. */
export function isSignature(signature: Uint8Array): boolean {
	if (signature.length !== signatureLength || (signature[64] as number) > 1) return false;
	const r = signature.subarray(0, 32);
	const s = signature.subarray(32, 64);
	return isBelow(r, nBytes) && !isBelow(halfNBytes, s) && !isZero(r) && !isZero(s);
}

/** The author key, 33 bytes. Throws `not-a-signature` where a number is out of range or no key comes out. */
export function recoverKey(digest: Uint8Array, signature: Uint8Array): Uint8Array {
	if (!isSignature(signature)) throw new ProtocolError('not-a-signature');
	try {
		return recoverPublicKey(concat(signature.subarray(64), signature.subarray(0, 64)), digest, { prehash: false });
	} catch {
		throw new ProtocolError('not-a-signature', 'no key comes out');
	}
}

/** BIP-340 over a 32-byte digest. `aux`: 32 random bytes. 64 bytes. */
export function signSchnorr(digest: Uint8Array, privateKey: Uint8Array, aux: Uint8Array): Uint8Array {
	checkPrivateKey(privateKey);
	return schnorr.sign(expectLength(digest, 32), privateKey, expectLength(aux, 32));
}

/** BIP-340. `publicKey`: 33 bytes, of which only x counts. Never throws on hostile bytes. */
export function verifySchnorr(digest: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
	if (signature.length !== 64 || publicKey.length !== 33) return false;
	try {
		return schnorr.verify(signature, digest, publicKey.subarray(1));
	} catch {
		return false;
	}
}
