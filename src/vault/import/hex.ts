import { BautaError } from '../../messages/errors.ts';
import { privateKeyFromHex } from '../../protocol/account/root.ts';
import { toHex } from '../../protocol/bytes.ts';
import { type IdentifiedKey, withBautaErrors } from '../imported-key.ts';
import { addressOf, npub } from './key-names.ts';
import { joinDigits, splitLabel } from './pasted-text.ts';
import { importRaw } from './raw-key.ts';

/** What programs write before bytes: `<Buffer 7a 28>`, `Uint8Array(32) [122, 40]`, `b'\x7a\x28'`. */
const beforeBytes = /^\W*(Buffer|Uint8Array\s*(\(\d+\))?|b(?=['"]))[\s'"([]*/i;

/** 32 bytes that are written as numbers up to 255, as hex; '' where they are not. */
function hexOfNumbers(text: string): string {
	const numbers = /^[\d\s,;()[\]{}]+$/.test(text) ? (text.match(/\d+/g) ?? []).map(Number) : [];
	return numbers.length === 32 && numbers.every((number) => number < 256) ? toHex(Uint8Array.from(numbers)) : '';
}

/** The digits of hex however it is grouped, with `0x` before the whole or before each byte. */
const digitsOf = (text: string): string => joinDigits(text.replace(/\b0x|\\x/gi, ''));

/**
 * The text of a key as hex: with or without a name before it, in groups, perhaps with a slip of the finger. null where it is no hex.
 * @throws BautaError `key-public`, where the name says so; `key-many`
 */
export function hexIn(input: string): string | null {
	const text = input.replace(beforeBytes, '');
	// a colon stands behind a name, or between bytes
	if (/^[0-9a-f]{64}$/i.test(digitsOf(text))) return digitsOf(text);
	if (new Set(text.match(/\b(0x)?[0-9a-f]{64}\b/gi)).size > 1) throw new BautaError('key-many');
	const { label, value } = splitLabel(text);
	const digits = hexOfNumbers(value) || digitsOf(value);
	const looksRight = digits.length >= 20 && digits.length <= 200 && digits.replace(/[0-9a-f]/gi, '').length <= 3;
	if (!looksRight && !/^0x\S*$/i.test(text)) return null;
	if (/pub|addr/i.test(label)) throw new BautaError('key-public');
	return /^\s*0x/i.test(value) ? `0x${digits}` : digits;
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
