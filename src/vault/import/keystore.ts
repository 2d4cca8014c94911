import { keccak_256 } from '@noble/hashes/sha3.js';
import { BautaError } from '../../messages/errors.ts';
import { fromHex, toHex } from '../../protocol/bytes.ts';
import { keyPair } from '../../protocol/curve.ts';
import { wipe } from '../../protocol/secret.ts';
import type { IdentifiedKey, ImportedKey } from '../imported-key.ts';
import type { Watch } from '../kdf.ts';
import { type Fields, parseJson, plainName, withPlainNames } from './json.ts';
import { addressOf } from './key-names.ts';
import { type KeystoreBlock, kdfOf, openBlock, padLeft, readBlock } from './keystore-block.ts';
import { importRaw } from './raw-key.ts';
import { importXprv } from './xprv.ts';

/** What status-go writes where an account has no extended key. */
const noExtendedKey = 'Zeroed extended key';

/** Is this JSON a keystore of any version? Some makers write `Crypto` with a capital. */
export function isKeystore(json: Fields): boolean {
	return Object.keys(json).some((name) => plainName(name) === 'crypto');
}

/** Leading zero bytes that a number can have by chance, and lose where a maker writes it as a number. */
const mostZeros = 4;
const lostZeros = (bytes: Uint8Array, length: number): boolean => bytes.length < length && bytes.length >= length - mostZeros;

/**
 * Web3 Secret Storage v3, and Status' kind with a second block, `extendedkey`, that holds an xprv.
 * @throws BautaError `keystore-version`, `keystore-kdf`, `key-cost`, `keystore-broken`
 */
export function identifyKeystore(file: Fields): IdentifiedKey {
	const json = withPlainNames(file) as Fields;
	const version = String(json.version ?? '');
	if (Number(version.replace(/^\s*v/i, '')) !== 3) throw new BautaError('keystore-version', version.slice(0, 20));
	const block = readBlock(blockIn(json.crypto));
	const extendedBlock = extendedOf(json.extendedkey);
	for (const candidate of extendedBlock ? [block, extendedBlock] : [block]) kdfOf(candidate);
	const address = typeof json.address === 'string' && /^(0x)?[0-9a-f]{40}$/i.test(json.address) ? json.address : null;
	const ofStatus = 'extendedkey' in json || 'subaccountindex' in json;
	const addressText = address ? `0x${address.replace(/^0x/i, '').toLowerCase()}` : '';

	/**
	 * @throws BautaError `key-passphrase-needed`, `key-passphrase-wrong`, `keystore-mac`, `keystore-broken`, `cancelled`, and those of a raw
	 * key or xprv
	 */
	async function open(password: string, watch: Watch = {}): Promise<ImportedKey> {
		if (password === '') throw new BautaError('key-passphrase-needed');
		const passwords = passwordsOf(password, ofStatus);
		const { plain: privateKey, passphrase } = await openPrivateKey(
			block,
			passwords,
			addressText,
			extendedBlock ? shareOf(watch, 0, 2) : watch,
		);
		if (!extendedBlock) return importRaw(privateKey, addressOf);
		const { plain, macIsRight } = await openBlock(extendedBlock, passphrase, shareOf(watch, 1, 2));
		if (!macIsRight) throw new BautaError('keystore-mac', 'extendedkey');
		const xprv = new TextDecoder().decode(plain);
		wipe(plain);
		if (xprv === '' || xprv === noExtendedKey) return importRaw(privateKey, addressOf);
		wipe(privateKey);
		return importXprv(xprv);
	}

	return { format: ofStatus ? 'status' : 'keystore', summary: addressText, passphrase: 'needed', open };
}

/** A block, also one that was written as a text of its own. */
const blockIn = (value: unknown): unknown => (typeof value === 'string' ? withPlainNames(parseJson(value.trim())) : value);

/** Status leaves the block empty, or out, where there is no extended key. */
function extendedOf(value: unknown): KeystoreBlock | null {
	if (value === undefined || value === null) return null;
	if (typeof value === 'object' && (value as { ciphertext?: unknown }).ciphertext === '') return null;
	return readBlock(value);
}

/** The `index`th of `count` equal parts of the way. */
function shareOf({ progress, signal }: Watch, index: number, count: number): Watch {
	return { ...(progress && { progress: (fraction) => progress((index + fraction) / count) }), ...(signal && { signal }) };
}

/**
 * What a typed password may be in the file, the likeliest first. Makers differ in whether they normalise it. Status' apps do not hand it to
 * their keystore, but `0x` and its Keccak-256 in hex; older desktops wrote that in capitals.
 */
function passwordsOf(password: string, ofStatus: boolean): string[] {
	const plain = [password, ...['NFKC', 'NFC', 'NFD'].map((form) => password.normalize(form)), password.trim()];
	const hash = toHex(keccak_256(new TextEncoder().encode(password)));
	return [...new Set(ofStatus ? [`0x${hash}`, ...plain, `0x${hash.toUpperCase()}`] : plain)];
}

/**
 * Opens the block of the private key with the first of `passwords` that fits.
 * The address tells a wrong password from a damaged checksum: with the right one, what comes out is that address' key all the same.
 */
async function openPrivateKey(
	block: KeystoreBlock,
	passwords: readonly string[],
	address: string,
	watch: Watch,
): Promise<{ plain: Uint8Array; passphrase: string }> {
	const tries = passwords.flatMap((passphrase) => readingsOf(block).map((reading) => ({ passphrase, reading })));
	for (const [index, { passphrase, reading }] of tries.entries()) {
		const { plain: content, macIsRight } = await openBlock(reading, passphrase, shareOf(watch, index, tries.length));
		const plain = keyIn(content);
		const matches = address === '' || addressMatches(plain, address);
		if (!macIsRight && address !== '' && matches) throw new BautaError('keystore-mac');
		if (!macIsRight) continue;
		if (plain.length === 32 && !matches) throw new BautaError('keystore-broken', 'address');
		watch.progress?.(1);
		return { plain, passphrase };
	}
	throw new BautaError('key-passphrase-wrong');
}

/**
 * The private key in a block: 32 bytes, a number without its leading zeros or with Java's zero for its sign, or the key as hex. What is none of
 * these stays as it is.
 */
function keyIn(content: Uint8Array): Uint8Array {
	const text = content.length >= 64 && content.length <= 70 ? new TextDecoder().decode(content).trim() : '';
	const isHex = /^(0x)?[0-9a-f]{64}$/i.test(text);
	const isSigned = content.length === 33 && content[0] === 0;
	if (!isHex && !isSigned && !lostZeros(content, 32)) return content;
	const key = isHex ? fromHex(text.slice(-64)) : padLeft(content, 32).slice(-32);
	wipe(content);
	return key;
}

/** A block as it stands, and as it was if its maker cut leading zeros off the salt or the ciphertext. Its mac tells which is right. */
function readingsOf(block: KeystoreBlock): KeystoreBlock[] {
	const { salt } = kdfOf(block);
	const saltLength = [16, 32].find((length) => lostZeros(salt, length));
	const withSalt = (length: number) => ({ ...block, kdfparams: { ...block.kdfparams, salt: toHex(padLeft(salt, length)) } });
	const withText = { ...block, ciphertext: padLeft(block.ciphertext, 32) };
	return [block, ...(saltLength ? [withSalt(saltLength)] : []), ...(lostZeros(block.ciphertext, 32) ? [withText] : [])];
}

function addressMatches(privateKey: Uint8Array, address: string): boolean {
	try {
		return addressOf(keyPair(privateKey).publicKey) === address;
	} catch {
		return false;
	}
}
