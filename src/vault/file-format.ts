/**
 * The vault as bytes.
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 5 | `BAUTA` |
 * | 5 | 1 | version = 1 |
 * | 6 | 3 | scrypt: log2 N, r, p |
 * | 9 | 8 | vault id, random, made once: tells an older copy of this vault from another vault |
 * | 17 | 16 | salt |
 * | 33 | 24 + 48 | nonce and the data key, sealed by the passphrase's key; AAD = bytes 0 to 33 |
 * | 105 | 8 | counter, u64be |
 * | 113 | 24 | nonce |
 * | 137 | n + 16 | the padded document, sealed by the data key; AAD = bytes 0 to 137, so no part of the header can be exchanged |
 * | end - 16 | 16 | the first 16 bytes of SHA-256 over all before |
 *
 * The sum at the end needs no key: a broken copy is told from a wrong passphrase, and both from a copy that a later version wrote.
 *
 * The document is under a random data key, and only that key is under the passphrase. So a new passphrase or a higher cost changes 72 bytes,
 * every key that is already handed out and every side record stays good, and there is no moment at which half is old and half new.
 * What that does not give: whoever has both an old file and its passphrase has the data key. They have the roots as well, which no new
 * passphrase takes back; for that there is a new identity.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, randomBytes } from '@noble/hashes/utils.js';
import { BautaError } from '../messages/errors.ts';
import { fromHex, toHex } from '../protocol/bytes.ts';
import { equalBytes } from '../protocol/secret.ts';
import { deriveKey, isAffordable, type ScryptCost, vaultWorkLimit, type Watch } from './kdf.ts';
import { pad, unpad } from './padding.ts';

const magic = new TextEncoder().encode('BAUTA');
const version = 1;
const saltAt = 17;
const wrapAt = 33;
const counterAt = 105;
const nonceAt = 113;
const boxAt = 137;
const sumLength = 16;

/** A file whose sum is right. Nothing in it is believed before it opens. */
export interface VaultFile {
	bytes: Uint8Array;
	/** hex of the vault id */
	id: string;
	cost: ScryptCost;
	counter: number;
}

/** The first 105 bytes: everything that depends on the passphrase, and stays the same from save to save. */
export type Lock = Uint8Array;

function sumOf(bytes: Uint8Array): Uint8Array {
	return sha256(bytes).slice(0, sumLength);
}

/**
 * Reads the outside of a vault file.
 * @throws BautaError `vault-broken` (sum, length or cost are not right), `vault-newer` (whole, but of a later version)
 */
export function parseFile(bytes: Uint8Array): VaultFile {
	const end = bytes.length - sumLength;
	if (end < magic.length + 1 || !equalBytes(bytes.subarray(0, magic.length), magic)) throw new BautaError('vault-broken');
	if (!equalBytes(sumOf(bytes.subarray(0, end)), bytes.subarray(end))) throw new BautaError('vault-broken');
	const fileVersion = bytes[magic.length] as number;
	if (fileVersion > version) throw new BautaError('vault-newer', String(fileVersion));
	if (fileVersion !== version || end < boxAt + 16) throw new BautaError('vault-broken');
	const view = new DataView(bytes.buffer, bytes.byteOffset);
	const cost = { logN: view.getUint8(6), r: view.getUint8(7), p: view.getUint8(8) };
	const counter = Number(view.getBigUint64(counterAt));
	if (!isAffordable(cost, vaultWorkLimit) || !Number.isSafeInteger(counter)) throw new BautaError('vault-broken', 'header');
	return { bytes, id: toHex(bytes.subarray(9, saltAt)), cost, counter };
}

/**
 * A lock for `dataKey` (32 bytes) under a passphrase, with a fresh salt. `id` is that of the vault, 8 bytes as hex, or null for a new
 * vault.
 */
export async function makeLock(
	passphrase: string,
	dataKey: Uint8Array,
	cost: ScryptCost,
	id: string | null,
	watch: Watch = {},
): Promise<Lock> {
	const idBytes = id === null ? randomBytes(8) : fromHex(id);
	const salt = randomBytes(16);
	const header = concatBytes(magic, Uint8Array.of(version, cost.logN, cost.r, cost.p), idBytes, salt);
	const key = await deriveKey(passphrase, salt, cost, { limit: vaultWorkLimit, tooCostly: 'internal', watch });
	const nonce = randomBytes(24);
	const lock = concatBytes(header, nonce, xchacha20poly1305(key, nonce, header).encrypt(dataKey));
	key.fill(0);
	return lock;
}

/** The data key (32 bytes), or null where the passphrase is another. */
export async function openLock(file: VaultFile, passphrase: string, watch: Watch = {}): Promise<Uint8Array | null> {
	const salt = file.bytes.subarray(saltAt, wrapAt);
	const key = await deriveKey(passphrase, salt, file.cost, { limit: vaultWorkLimit, tooCostly: 'vault-broken', watch });
	const nonce = file.bytes.subarray(wrapAt, wrapAt + 24);
	try {
		return xchacha20poly1305(key, nonce, file.bytes.subarray(0, wrapAt)).decrypt(file.bytes.subarray(wrapAt + 24, counterAt));
	} catch {
		return null;
	} finally {
		key.fill(0);
	}
}

/** The lock of a file, as it was written. */
export function lockOf(file: VaultFile): Lock {
	return file.bytes.slice(0, counterAt);
}

/** A whole file: `lock`, `counter`, and `plain` (any length) padded and sealed under a fresh nonce. */
export function sealFile(lock: Lock, dataKey: Uint8Array, counter: number, plain: Uint8Array): Uint8Array {
	const number = new Uint8Array(8);
	new DataView(number.buffer).setBigUint64(0, BigInt(counter));
	const nonce = randomBytes(24);
	const header = concatBytes(lock, number, nonce);
	const padded = pad(plain);
	const whole = concatBytes(header, xchacha20poly1305(dataKey, nonce, header).encrypt(padded));
	padded.fill(0);
	return concatBytes(whole, sumOf(whole));
}

/** What `sealFile` was given as `plain`, or null where this data key did not seal exactly this file. */
export function openFile(file: VaultFile, dataKey: Uint8Array): Uint8Array | null {
	const { bytes } = file;
	try {
		const cipher = xchacha20poly1305(dataKey, bytes.subarray(nonceAt, boxAt), bytes.subarray(0, boxAt));
		return unpad(cipher.decrypt(bytes.subarray(boxAt, bytes.length - sumLength)));
	} catch {
		return null;
	}
}
