import { BautaError } from '../../messages/errors.ts';
import { isBackup } from '../backup-format.ts';
import type { IdentifiedKey, ImportedKey, KeyFormat } from '../imported-key.ts';
import type { Watch } from '../kdf.ts';
import { identifyHex, looksLikeHex } from './hex.ts';
import { identifyKeystore, isKeystore } from './keystore.ts';
import { identifyNcryptsec } from './ncryptsec.ts';
import { identifyNsec } from './nsec.ts';
import { identifyPhrase, wordsOf } from './phrase.ts';
import { identifyXprv, looksLikeXprv } from './xprv.ts';

/** Larger than any key file there is, small enough to look through at once. */
export const largestInput = 64 * 1024;

/**
 * Looks at a text or the bytes of a file and says what it is, without slow work and without storing anything.
 * @throws BautaError `key-file` (too large, or not a text), `key-unknown`, `key-public`, and the codes of each format
 */
export function identifyKey(input: string | Uint8Array): IdentifiedKey {
	const text = textOf(input).trim();
	if (text.startsWith('{')) return identifyJson(text);
	const bare = text.replace(/^nostr:/i, '');
	const lower = bare.toLowerCase();
	// bech32 is of one case; what mixes both is as wrong as any other slip (BIP-173)
	const uniform = bare === lower || bare === bare.toUpperCase() ? lower : bare;
	if (lower.startsWith('nsec1')) return identifyNsec(uniform);
	if (lower.startsWith('ncryptsec1')) return identifyNcryptsec(uniform);
	if (/^(npub|nprofile)1\S*$/.test(lower) || /^zQ3sh\S*$/.test(text)) throw new BautaError('key-public');
	if (looksLikeXprv(text)) return identifyXprv(text);
	if (looksLikeHex(text)) return identifyHex(text);
	// Bitcoin's wallet import format: a private key of another network
	if (/^[5KL][1-9A-HJ-NP-Za-km-z]{50,51}$/.test(text)) throw new BautaError('key-network', 'WIF');
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
	if (typeof input === 'string') return input.replace(/^\uFEFF/, '');
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(input);
	} catch {
		throw new BautaError('key-file');
	}
}

function identifyJson(text: string): IdentifiedKey {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		throw new BautaError('keystore-json');
	}
	const fields = json as Record<string, unknown>;
	if (isBackup(fields)) throw new BautaError('backup-file');
	if (isKeystore(fields)) return identifyKeystore(fields);
	throw new BautaError('key-unknown');
}
