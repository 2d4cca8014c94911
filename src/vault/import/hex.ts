import { BautaError } from '../../messages/errors.ts';
import { privateKeyFromHex } from '../../protocol/account/root.ts';
import { type IdentifiedKey, withBautaErrors } from '../imported-key.ts';
import { addressOf, npub } from './key-names.ts';
import { importRaw } from './raw-key.ts';

/** Does it look like hex, if perhaps with a slip of the finger? One word, `0x` before it or nearly all of it hex digits. */
export function looksLikeHex(text: string): boolean {
	if (/^0x\S*$/i.test(text)) return true;
	if (text.length < 20 || text.length > 200 || /\s/.test(text)) return false;
	return text.replace(/[0-9a-f]/gi, '').length <= 3;
}

/**
 * A private key of 32 bytes as 64 hex digits, `0x` allowed.
 * @throws BautaError `key-public` (33 or 65 bytes of a point, an address), `key-hex`, `key-length`, `key-zero`, `key-range`
 */
export function identifyHex(text: string): IdentifiedKey {
	const digits = text.replace(/^0x/i, '');
	const isPoint = /^(0[23][0-9a-f]{64}|04[0-9a-f]{128})$/i.test(digits);
	if (isPoint || /^0x[0-9a-f]{40}$/i.test(text)) throw new BautaError('key-public');
	const summary = importHex(digits).summary;
	return { format: 'hex', summary, passphrase: 'none', open: async () => importHex(digits) };
}

function importHex(digits: string) {
	return importRaw(
		withBautaErrors(() => privateKeyFromHex(digits)),
		(publicKey) => `${npub(publicKey)} · ${addressOf(publicKey)}`,
	);
}
