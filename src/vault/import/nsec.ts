import type { Found } from '../imported.ts';
import { decodeBech32 } from './bech32.ts';
import { npub } from './names.ts';
import { importRaw } from './raw.ts';

/**
 * NIP-19, a private key as `nsec1…`.
 * @throws BautaError `key-checksum`, `key-length`, `key-zero`, `key-range`
 */
export function findNsec(text: string): Found {
	const read = () => importRaw(decodeBech32(text, 'nsec'), npub);
	return { format: 'nsec', summary: read().summary, passphrase: 'none', open: async () => read() };
}
