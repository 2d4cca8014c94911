import { concat, expectLength, H } from './bytes.ts';
import { isBelow, isPublicKey, isZero, n, nBytes, toBytes32, toNumber } from './curve.ts';
import { ProtocolError } from './error.ts';
import { equalBytes } from './secret.ts';

// docs/protocol.md §7, keyless/1: a signature that no key made, and that everybody can make again.

/** What the tests look at: the counter that gave r, and whether s was turned. */
export interface KeylessSteps {
	signature: Uint8Array;
	counter: number;
	negated: boolean;
}

/** 65 bytes for a 32-byte digest. Throws `bytes-length`. */
export function keylessSignature(digest: Uint8Array): Uint8Array {
	return keylessSteps(digest).signature;
}

/** How `keylessSignature` makes its signature of a 32-byte digest, step by step. Throws `bytes-length`. */
export function keylessSteps(digest: Uint8Array): KeylessSteps {
	const { s, negated } = lowS(H('bauta/1 keyless s', expectLength(digest, 32)));
	for (let counter = 0; counter < 256; counter++) {
		const r = H('bauta/1 keyless r', Uint8Array.of(counter), digest);
		if (isZero(r) || !isBelow(r, nBytes) || !isPublicKey(concat(Uint8Array.of(2), r))) continue;
		return { signature: concat(r, s, Uint8Array.of(0)), counter, negated };
	}
	// one digest in 2^256
	throw new ProtocolError('not-a-signature', 'no r is the x of a point');
}

/** Whether these 65 bytes are the keyless form of a digest. v and s are compared first, since r costs a square root. */
export function isKeyless(digest: Uint8Array, signature: Uint8Array): boolean {
	if (signature.length !== 65 || signature[64] !== 0) return false;
	const hash = H('bauta/1 keyless s', digest);
	if (!mayBeS(hash, signature[63] as number) || !equalBytes(lowS(hash).s, signature.subarray(32, 64))) return false;
	return equalBytes(keylessSignature(digest), signature);
}

/**
 * Whether s can end in this byte: as the hash, or as the hash turned, each with n taken off or not. Spares foreign messages the big
 * numbers.
 */
function mayBeS(hash: Uint8Array, lastByte: number): boolean {
	const [h, order] = [hash[31] as number, nBytes[31] as number];
	return [h, h - order, order - h, 2 * order - h, 1].some((candidate) => (candidate & 0xff) === lastByte);
}

function lowS(hash: Uint8Array): { s: Uint8Array; negated: boolean } {
	const s = toNumber(hash) % n;
	const negated = s > n / 2n;
	const low = negated ? n - s : s;
	return { s: toBytes32(low === 0n ? 1n : low), negated };
}
