import { BautaError } from '../../messages/errors.ts';
import { decodeText } from '../../platform/text-encoding.ts';
import { toHex } from '../../protocol/bytes.ts';
import { isBackup } from '../backup-format.ts';
import type { IdentifiedKey, ImportedKey, KeyFormat } from '../imported-key.ts';
import type { Watch } from '../kdf.ts';
import { hexIn, identifyHex } from './hex.ts';
import { findInJson, isFields, parseJson } from './json.ts';
import { identifyKeystore, isKeystore } from './keystore.ts';
import { markedKeyIn } from './marked-key.ts';
import { joinDigits, splitLabel, visibleText } from './pasted-text.ts';
import { identifyPhrase, wordsOf } from './phrase.ts';
import { identifyXprv, looksLikeXprv } from './xprv.ts';

/** Larger than any key file there is, small enough to look through at once. */
const largestInput = 64 * 1024;

/**
 * Looks at a text or the bytes of a file and says what it is, without slow work and without storing anything.
 * @throws BautaError `key-file` (too large, or not a text), `key-unknown`, `key-public`, `key-many`, and the codes of each format
 */
export function identifyKey(input: string | Uint8Array): IdentifiedKey {
	return identifyText(textOf(input));
}

function identifyText(text: string): IdentifiedKey {
	const visible = visibleText(text);
	const key = markedKeyIn(visible) ?? keyInJson(parseJson(visible));
	if (key) return key;
	const value = splitLabel(visible).value.trim();
	const digits = joinDigits(value);
	if (/(npub|nprofile)1[02-9ac-hj-np-z]{50}/i.test(joinDigits(visible)) || /^zQ3sh/.test(digits)) throw new BautaError('key-public');
	if (looksLikeXprv(digits)) return identifyXprv(digits);
	const hex = hexIn(visible);
	if (hex !== null) return identifyHex(hex);
	// Bitcoin's wallet import format and its encrypted form (BIP-38): a private key of another network
	if (/^([5KL][1-9A-HJ-NP-Za-km-z]{50,51}|6P[1-9A-HJ-NP-Za-km-z]{56})$/.test(value)) throw new BautaError('key-network', 'WIF');
	const words = wordsOf(text);
	if (words) return identifyPhrase(words);
	throw new BautaError('key-unknown');
}

/** What a preview shows. With a passphrase it is what is inside, and the work of opening it is done. */
export async function previewKey(
	input: string | Uint8Array,
	passphrase = '',
	watch: Watch = {},
): Promise<{ kind: KeyFormat; summary: string; passphrase: IdentifiedKey['passphrase'] }> {
	const identified = identifyKey(input);
	const open = identified.passphrase !== 'needed' || passphrase !== '';
	const summary = open ? (await openAndForget(identified, passphrase, watch)).summary : identified.summary;
	return { kind: identified.format, summary, passphrase: identified.passphrase };
}

/** The root of what is in a text or file. @throws BautaError as `identifyKey`, and what opening it may throw */
export async function importKey(input: string | Uint8Array, passphrase = '', watch: Watch = {}): Promise<ImportedKey> {
	return identifyKey(input).open(passphrase, watch);
}

async function openAndForget(identified: IdentifiedKey, passphrase: string, watch: Watch): Promise<ImportedKey> {
	const importedKey = await identified.open(passphrase, watch);
	importedKey.root.privateKey.fill(0);
	importedKey.root.chainCode.fill(0);
	return importedKey;
}

function textOf(input: string | Uint8Array): string {
	if (input.length > largestInput) throw new BautaError('key-file');
	const text = typeof input === 'string' ? input : decodeText(input);
	// what a word processor saves as RTF begins as JSON does
	if (text === null || text.startsWith('{\\rtf')) throw new BautaError('key-file');
	return text;
}

/**
 * The key in what a program wrote as JSON: a keystore; or a text in quotes, a list of words or bytes, or fields of its own. null for undefined.
 * @throws BautaError `backup-file`, `key-many`, `key-unknown`, and the codes of each format
 */
function keyInJson(json: unknown): IdentifiedKey | null {
	if (json === undefined) return null;
	const whole = textInJson(json);
	if (whole !== null) return identifyText(whole);
	const keys = findInJson(json, (value) => {
		if (isFields(value) && isBackup(value)) throw new BautaError('backup-file');
		if (isFields(value) && isKeystore(value)) return identifyKeystore(value);
		const text = textInJson(value);
		return text === null ? undefined : keyIfAny(text);
	});
	if (keys.length > 1) throw new BautaError('key-many');
	if (!keys[0]) throw new BautaError('key-unknown');
	return keys[0];
}

/** A member of a list, or the one text among its fields: `{"index": 1, "word": "legal"}`. */
function memberText(member: unknown): unknown {
	const texts = isFields(member) ? Object.values(member).filter((one) => typeof one === 'string') : [member];
	return texts.length === 1 ? texts[0] : null;
}

/** Fewest words of a phrase. */
const fewestWords = 12;

/** A text, words as a phrase in whatever list or fields they stand, a list of 32 bytes as hex; null for anything else. */
function textInJson(value: unknown): string | null {
	if (typeof value === 'string') return value;
	const members = (typeof value === 'object' && value !== null ? Object.values(value) : []).map(memberText);
	if (members.length >= fewestWords && members.every((member) => typeof member === 'string' && /^\p{L}+$/u.test(member)))
		return members.join(' ');
	if (!Array.isArray(value) || value.length === 0) return null;
	if (value.every((member) => typeof member === 'string')) return value.join(' ');
	const isByte = (member: unknown) => Number.isInteger(member) && Number(member) >= 0 && Number(member) < 256;
	return value.length === 32 && value.every(isByte) ? toHex(Uint8Array.from(value)) : null;
}

/** Shorter than any key there is. */
const shortestKey = 40;

function keyIfAny(text: string): IdentifiedKey | undefined {
	if (text.length < shortestKey) return undefined;
	try {
		return identifyText(text);
	} catch {
		return undefined;
	}
}
