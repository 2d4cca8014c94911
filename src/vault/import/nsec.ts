import type { IdentifiedKey } from '../imported-key.ts';
import { decodeBech32 } from './bech32.ts';
import { npub } from './key-names.ts';
import { importRaw } from './raw-key.ts';

/**
 * NIP-19, a private key as `nsec1…`.
 * @throws BautaError `key-checksum`, `key-length`, `key-zero`, `key-range`
 */
export function identifyNsec(text: string): IdentifiedKey {
	const read = () => importRaw(decodeBech32(text, 'nsec'), npub);
	return { format: 'nsec', summary: read().summary, passphrase: 'none', open: async () => read() };
}
