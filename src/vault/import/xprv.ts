import { sha256 } from '@noble/hashes/sha2.js';
import { createBase58check } from '@scure/base';
import { BautaError } from '../../messages/errors.ts';
import { rootFromXprv } from '../../protocol/account/root.ts';
import { wipe } from '../../protocol/secret.ts';
import { chatKeyFromXprv } from '../../protocol/status/chat-key.ts';
import { chatKeyText } from '../../protocol/status/status-key.ts';
import { type IdentifiedKey, type ImportedKey, withBautaErrors } from '../imported-key.ts';

const base58check = createBase58check(sha256);

/** BIP-32 and SLIP-132: extended keys of any network begin so. */
export function looksLikeXprv(text: string): boolean {
	return /^[a-zA-Z](prv|pub)[1-9A-HJ-NP-Za-km-z]*$/.test(text);
}

/** Does the check of an extended key come out? */
export function isBase58check(text: string): boolean {
	try {
		wipe(base58check.decode(text));
		return true;
	} catch {
		return false;
	}
}

/**
 * An extended private key, a master or m/43'/60'/1581'.
 * @throws BautaError `key-public`, `key-network`, `key-checksum`, `key-length`, `key-depth`, `key-zero`, `key-range`
 */
export function importXprv(text: string): ImportedKey {
	if (text.length !== 111) throw new BautaError('key-length', `${text.length}`);
	if (/^.pub/.test(text)) throw new BautaError('key-public');
	if (!text.startsWith('xprv')) throw new BautaError('key-network', text.slice(0, 4));
	if (!isBase58check(text)) throw new BautaError('key-checksum');
	return withBautaErrors(() => {
		const root = rootFromXprv(text);
		const account = chatKeyFromXprv(text);
		const summary = chatKeyText(account.publicKey);
		wipe(account.privateKey);
		return { kind: 'xprv', root, phrase: null, summary };
	});
}

/** @throws BautaError as `importXprv` */
export function identifyXprv(text: string): IdentifiedKey {
	return { format: 'xprv', summary: importXprv(text).summary, passphrase: 'none', open: async () => importXprv(text) };
}
