/** Public names of keys, by which their owners know them. Shown once in a preview, never stored. */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bech32 } from '@scure/base';
import { toHex } from '../../protocol/bytes.ts';
import { xOf } from '../../protocol/curve.ts';
import { uncompressedKey } from '../../protocol/status/status-key.ts';

/** NIP-19. `publicKey`: 33 bytes, compressed. */
export function npub(publicKey: Uint8Array): string {
	return bech32.encode('npub', bech32.toWords(xOf(publicKey)));
}

/** Ethereum address, 20 bytes: the end of Keccak-256 over the uncompressed point. */
export function addressOf(publicKey: Uint8Array): string {
	return `0x${toHex(keccak_256(uncompressedKey(publicKey).subarray(1)).subarray(12))}`;
}
