/** Public names of keys, by which their owners know them. Shown once in a preview, never stored. */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { Point } from '@noble/secp256k1';
import { base58, bech32 } from '@scure/base';
import { concat, toHex } from '../../protocol/bytes.ts';
import { xOf } from '../../protocol/curve.ts';

/** NIP-19. `publicKey`: 33 bytes, compressed. */
export function npub(publicKey: Uint8Array): string {
	return bech32.encode('npub', bech32.toWords(xOf(publicKey)));
}

/** Status' form of a chat key: multibase base58btc of multicodec secp256k1-pub (0xe7 0x01) and the compressed key. */
export function chatKey(publicKey: Uint8Array): string {
	return `z${base58.encode(concat(Uint8Array.of(0xe7, 0x01), publicKey))}`;
}

/** Ethereum address, 20 bytes: the end of Keccak-256 over the uncompressed point. */
export function addressOf(publicKey: Uint8Array): string {
	return `0x${toHex(keccak_256(Point.fromBytes(publicKey).toBytes(false).subarray(1)).subarray(12))}`;
}
