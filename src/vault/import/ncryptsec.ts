import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { BautaError } from '../../messages/errors.ts';
import { wipe } from '../../protocol/secret.ts';
import type { IdentifiedKey, ImportedKey } from '../imported-key.ts';
import { deriveKey, importWorkLimit, isAffordable, type Watch } from '../kdf.ts';
import { decodeBech32 } from './bech32.ts';
import { npub } from './key-names.ts';
import { importRaw } from './raw-key.ts';

/**
 * NIP-49, a private key under a password: version(1) = 2 ‖ log2 N(1) ‖ salt(16) ‖ nonce(24) ‖ key security(1) ‖ sealed(48).
 * Read here and not by a library, because theirs neither yields nor can be stopped, and N may be 2^20.
 * @throws BautaError `key-checksum`, `key-length`, `key-version`, `key-cost`
 */
export function identifyNcryptsec(text: string): IdentifiedKey {
	const bytes = decodeBech32(text, 'ncryptsec');
	if (bytes[0] !== 2) throw new BautaError('key-version', String(bytes[0] ?? ''));
	if (bytes.length !== 91) throw new BautaError('key-length', `${bytes.length}`);
	const cost = { logN: bytes[1] as number, r: 8, p: 1 };
	if (!isAffordable(cost, importWorkLimit)) throw new BautaError('key-cost', `2^${cost.logN}`);

	/** @throws BautaError `key-passphrase-needed`, `key-passphrase-wrong`, `cancelled`, and those of a raw key */
	async function open(passphrase: string, watch: Watch = {}): Promise<ImportedKey> {
		if (passphrase === '') throw new BautaError('key-passphrase-needed');
		const key = await deriveKey(passphrase, bytes.subarray(2, 18), cost, { limit: importWorkLimit, tooCostly: 'key-cost', watch });
		let privateKey: Uint8Array;
		try {
			privateKey = xchacha20poly1305(key, bytes.subarray(18, 42), bytes.subarray(42, 43)).decrypt(bytes.subarray(43));
		} catch {
			throw new BautaError('key-passphrase-wrong');
		} finally {
			wipe(key);
		}
		return importRaw(privateKey, npub);
	}

	return { format: 'ncryptsec', summary: '', passphrase: 'needed', open };
}
