import { keccak_256 } from '@noble/hashes/sha3.js';
import * as v from 'valibot';
import { BautaError } from '../../messages/errors.ts';
import { concat, fromHex } from '../../protocol/bytes.ts';
import { equalBytes, wipe } from '../../protocol/secret.ts';
import { deriveKey, importWorkLimit, isAffordable, type Watch } from '../kdf.ts';
import { pbkdf2 } from './pbkdf2.ts';

/** Rounds of PBKDF2 that are still computed: ten times what the makers of these files use, some seconds. */
const mostRounds = 10_000_000;

const hexBytes = (length?: number) =>
	v.pipe(
		v.string(),
		v.regex(/^(0x)?([0-9a-fA-F]{2})*$/),
		v.transform((text) => fromHex(text.replace(/^0x/, ''))),
		v.check((bytes) => length === undefined || bytes.length === length),
	);
const count = v.pipe(v.number(), v.integer(), v.minValue(1));

const scryptParams = v.object({ n: count, r: count, p: count, dklen: count, salt: hexBytes() });
const pbkdf2Params = v.object({ c: count, prf: v.string(), dklen: count, salt: hexBytes() });

/** Web3 Secret Storage, version 3: one `crypto` object. At most a few KiB of ciphertext is a key. */
const block = v.object({
	cipher: v.string(),
	ciphertext: v.pipe(
		hexBytes(),
		v.check((bytes) => bytes.length <= 4096),
	),
	cipherparams: v.object({ iv: hexBytes(16) }),
	kdf: v.string(),
	kdfparams: v.record(v.string(), v.unknown()),
	mac: hexBytes(32),
});

/** A `crypto` object of the right form. */
export type KeystoreBlock = v.InferOutput<typeof block>;
type Kdf = { kind: 'scrypt'; logN: number; r: number; p: number; salt: Uint8Array } | { kind: 'pbkdf2'; rounds: number; salt: Uint8Array };

/** A `crypto` object whose parts have the right form. @throws BautaError `keystore-broken` (detail = the part) */
export function readBlock(value: unknown): KeystoreBlock {
	return parseWith(block, value);
}

function parseWith<T extends v.GenericSchema>(schema: T, value: unknown): v.InferOutput<T> {
	const result = v.safeParse(schema, value);
	if (!result.success) throw new BautaError('keystore-broken', v.getDotPath(result.issues[0] as v.BaseIssue<unknown>) ?? '');
	return result.output;
}

/**
 * How the key is to be derived, known to be affordable.
 * @throws BautaError `keystore-kdf` (unknown, detail = its name), `keystore-broken`, `key-cost`
 */
export function kdfOf({ kdf, kdfparams, cipher }: KeystoreBlock): Kdf {
	if (cipher !== 'aes-128-ctr') throw new BautaError('keystore-kdf', cipher.slice(0, 40));
	if (kdf === 'scrypt') {
		const { n, r, p, dklen, salt } = parseWith(scryptParams, kdfparams);
		const logN = Math.log2(n);
		if (dklen !== 32 || !Number.isInteger(logN) || logN < 1) throw new BautaError('keystore-broken', 'kdfparams');
		if (!isAffordable({ logN, r, p }, importWorkLimit)) throw new BautaError('key-cost', `scrypt ${n} ${r} ${p}`);
		return { kind: 'scrypt', logN, r, p, salt };
	}
	if (kdf !== 'pbkdf2') throw new BautaError('keystore-kdf', kdf.slice(0, 40));
	const { c, prf, dklen, salt } = parseWith(pbkdf2Params, kdfparams);
	if (prf !== 'hmac-sha256') throw new BautaError('keystore-kdf', prf.slice(0, 40));
	if (dklen !== 32) throw new BautaError('keystore-broken', 'kdfparams.dklen');
	if (c > mostRounds) throw new BautaError('key-cost', `pbkdf2 ${c}`);
	return { kind: 'pbkdf2', rounds: c, salt };
}

/** The passphrase as its UTF-8 bytes: these files take it as it was typed, without normalising. */
async function derive(kdf: Kdf, passphrase: string, watch: Watch): Promise<Uint8Array> {
	if (kdf.kind === 'scrypt')
		return deriveKey(passphrase, kdf.salt, kdf, { limit: importWorkLimit, tooCostly: 'key-cost', watch, normalize: false });
	return pbkdf2(new TextEncoder().encode(passphrase), kdf.salt, kdf.rounds, watch);
}

/** `plain` is only to be believed where `macIsRight`, mac = Keccak-256(derived[16..32] ‖ ciphertext). */
export async function openBlock(
	block: KeystoreBlock,
	passphrase: string,
	watch: Watch = {},
): Promise<{ plain: Uint8Array; macIsRight: boolean }> {
	const derived = await derive(kdfOf(block), passphrase, watch);
	const macIsRight = equalBytes(keccak_256(concat(derived.subarray(16, 32), block.ciphertext)), block.mac);
	const key = await crypto.subtle.importKey('raw', derived.slice(0, 16), 'AES-CTR', false, ['decrypt']);
	wipe(derived);
	const counter = Uint8Array.from(block.cipherparams.iv);
	const plain = await crypto.subtle.decrypt({ name: 'AES-CTR', counter, length: 128 }, key, Uint8Array.from(block.ciphertext));
	return { plain: new Uint8Array(plain), macIsRight };
}
