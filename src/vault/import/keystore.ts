import { BautaError } from '../../platform/error.ts';
import { keyPair } from '../../protocol/curve.ts';
import { wipe } from '../../protocol/secret.ts';
import type { Watch } from '../kdf.ts';
import type { Found, Imported } from './imported.ts';
import { type KeystoreBlock, kdfOf, openBlock, readBlock } from './keystore-block.ts';
import { addressOf } from './names.ts';
import { importRaw } from './raw.ts';
import { importXprv } from './xprv.ts';

/** What status-go writes where an account has no extended key. */
const zeroed = 'Zeroed extended key';

/** Is this JSON a keystore of any version? Some makers write `Crypto` with a capital. */
export function isKeystore(json: Record<string, unknown>): boolean {
	return 'crypto' in json || 'Crypto' in json;
}

/**
 * Web3 Secret Storage v3, and Status' kind with a second block, `extendedkey`, that holds an xprv.
 * @throws BautaError `keystore-version`, `keystore-kdf`, `key-cost`, `keystore-broken`
 */
export function findKeystore(json: Record<string, unknown>): Found {
	if (json.version !== 3) throw new BautaError('keystore-version', String(json.version ?? '').slice(0, 20));
	const block = readBlock(json.crypto ?? json.Crypto);
	const extended = extendedOf(json.extendedkey);
	for (const one of extended ? [block, extended] : [block]) kdfOf(one);
	const address = typeof json.address === 'string' && /^(0x)?[0-9a-f]{40}$/i.test(json.address) ? json.address : null;
	const shown = address ? `0x${address.replace(/^0x/i, '').toLowerCase()}` : '';

	/** @throws BautaError `key-passphrase-needed`, `key-passphrase-wrong`, `keystore-mac`, `keystore-broken`, `cancelled`, and those of a raw key or xprv */
	async function open(typed: string, watch: Watch = {}): Promise<Imported> {
		if (typed === '') throw new BautaError('key-passphrase-needed');
		const { plain: privateKey, passphrase } = await openPrivateKey(block, typed, shown, extended ? part(watch, 0) : watch);
		if (!extended) return importRaw(privateKey, addressOf);
		const { plain, macIsRight } = await openBlock(extended, passphrase, part(watch, 0.5));
		if (!macIsRight) throw new BautaError('keystore-mac', 'extendedkey');
		const xprv = new TextDecoder().decode(plain);
		wipe(plain);
		if (xprv === '' || xprv === zeroed) return importRaw(privateKey, addressOf);
		wipe(privateKey);
		return importXprv(xprv);
	}

	return { format: extended ? 'status' : 'keystore', summary: shown, passphrase: 'needed', open };
}

/** Status leaves the block empty, or out, where there is no extended key. */
function extendedOf(value: unknown): KeystoreBlock | null {
	if (value === undefined || value === null) return null;
	if (typeof value === 'object' && (value as { ciphertext?: unknown }).ciphertext === '') return null;
	return readBlock(value);
}

/** Half of the way, from `start`: a file with two blocks is opened in two halves. */
function part({ progress, signal }: Watch, start: number): Watch {
	return { ...(progress && { progress: (fraction) => progress(start + fraction / 2) }), ...(signal && { signal }) };
}

/**
 * Opens the block of the private key; the passphrase as typed, then in NFKC, as makers differ in this.
 * The address tells a wrong password from a damaged checksum: with the right one, what comes out is that address' key all the same.
 */
async function openPrivateKey(
	block: KeystoreBlock,
	typed: string,
	address: string,
	watch: Watch,
): Promise<{ plain: Uint8Array; passphrase: string }> {
	for (const passphrase of new Set([typed, typed.normalize('NFKC')])) {
		const { plain, macIsRight } = await openBlock(block, passphrase, watch);
		const matches = address === '' || addressMatches(plain, address);
		if (!macIsRight && address !== '' && matches) throw new BautaError('keystore-mac');
		if (!macIsRight) continue;
		if (plain.length === 32 && !matches) throw new BautaError('keystore-broken', 'address');
		return { plain, passphrase };
	}
	throw new BautaError('key-passphrase-wrong');
}

function addressMatches(privateKey: Uint8Array, address: string): boolean {
	try {
		return addressOf(keyPair(privateKey).publicKey) === address;
	} catch {
		return false;
	}
}
