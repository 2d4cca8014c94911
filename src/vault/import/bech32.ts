import { bech32 } from '@scure/base';
import { BautaError } from '../../messages/errors.ts';

/** Longer than any key in this form; checking one takes time in proportion. */
const longest = 300;

/** bech32 is of one case (BIP-173): the lower one, unless both are mixed. A first letter alone is the keyboard's capital. */
export function inOneCase(text: string): string {
	const rest = text.slice(1);
	return rest === rest.toLowerCase() || text === text.toUpperCase() ? text.toLowerCase() : text;
}

/** Does the check of a bech32 text come out? */
export const isBech32 = (text: string): boolean => bech32.decodeUnsafe(text as `${string}1${string}`, longest) !== undefined;

/**
 * The bytes of a bech32 text (BIP-173) with this prefix, in either case.
 * @throws BautaError `key-checksum` (a character is wrong, or some are missing), `key-length`
 */
export function decodeBech32(text: string, prefix: string): Uint8Array {
	if (text.length > longest) throw new BautaError('key-length');
	const decoded = bech32.decodeUnsafe(text as `${string}1${string}`, longest);
	if (!decoded || decoded.prefix !== prefix) throw new BautaError('key-checksum');
	const bytes = bech32.fromWordsUnsafe(decoded.words);
	if (!bytes) throw new BautaError('key-checksum');
	return Uint8Array.from(bytes);
}
