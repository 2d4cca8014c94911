import { keccak_256, sha3_256 } from '@noble/hashes/sha3.js';
import * as v from 'valibot';
import { BautaError } from '../../messages/errors.ts';
import { concat, fromHex, toHex } from '../../protocol/bytes.ts';
import { equalBytes, wipe } from '../../protocol/secret.ts';
import { deriveKey, importWorkLimit, isAffordable, type Watch } from '../kdf.ts';
import { plainName } from './json.ts';
import { pbkdf2 } from './pbkdf2.ts';

/** Rounds of PBKDF2 that are still computed: ten times what the makers of these files use, some seconds. */
const mostRounds = 10_000_000;

/** A list of bytes, as JSON has it or as Node writes a buffer. */
const byteList = v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255)));
const listedBytes = v.pipe(
	v.union([
		byteList,
		v.pipe(
			v.object({ data: byteList }),
			v.transform(({ data }) => data),
		),
	]),
	v.transform((bytes) => toHex(Uint8Array.from(bytes))),
);
/** Hex as makers write it: in either case, with `0x`, with a sign between the bytes, broken by a mail. A number's leading zero may be cut off. */
const hexBytes = (length?: number) =>
	v.pipe(
		v.union([v.string(), listedBytes]),
		v.transform((text) => text.replace(/^\s*0x|[\s:-]/gi, '')),
		v.regex(/^[0-9a-f]*$/i),
		v.transform((digits) => fromHex(digits.length % 2 === 0 ? digits : `0${digits}`)),
		v.check((bytes) => length === undefined || (bytes.length > 0 && bytes.length <= length)),
	);
/** A whole number from 1 on, also as text, perhaps in groups of three. */
const count = v.pipe(
	v.union([v.number(), v.string()]),
	v.transform((value) => Number(typeof value === 'string' ? value.replace(/[ ,_'](?=\d{3}(\D|$))/g, '') : value)),
	v.integer(),
	v.minValue(1),
);
/** The derived key is 32 bytes or more, of which the first 32 count; they are the same for every length. */
const derivedLength = v.nullish(v.pipe(count, v.minValue(32)));

const scryptParams = v.object({ n: count, r: count, p: count, dklen: derivedLength, salt: hexBytes() });
const pbkdf2Params = v.object({ c: count, prf: v.nullish(v.string(), 'hmac-sha256'), dklen: derivedLength, salt: hexBytes() });

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
	mac: v.pipe(
		hexBytes(32),
		v.transform((bytes) => padLeft(bytes, 32)),
	),
});

/** A `crypto` object of the right form. */
export type KeystoreBlock = v.InferOutput<typeof block>;
type Kdf = { kind: 'scrypt'; logN: number; r: number; p: number; salt: Uint8Array } | { kind: 'pbkdf2'; rounds: number; salt: Uint8Array };

/** Zeros before a number that lost them, up to `length` bytes. */
export function padLeft(bytes: Uint8Array, length: number): Uint8Array {
	return concat(new Uint8Array(Math.max(0, length - bytes.length)), bytes);
}

/** A `crypto` object whose parts have the right form. @throws BautaError `keystore-broken` (detail = the part) */
export function readBlock(value: unknown): KeystoreBlock {
	return parseWith(block, value);
}

/** `where` stands before the name of the part that is wrong. */
function parseWith<T extends v.GenericSchema>(schema: T, value: unknown, where = ''): v.InferOutput<T> {
	const result = v.safeParse(schema, value);
	if (!result.success) throw new BautaError('keystore-broken', where + (v.getDotPath(result.issues[0] as v.BaseIssue<unknown>) ?? ''));
	return result.output;
}

/**
 * How the key is to be derived, known to be affordable.
 * @throws BautaError `keystore-kdf` (unknown, detail = its name), `keystore-broken`, `key-cost`
 */
export function kdfOf({ kdf, kdfparams, cipher }: KeystoreBlock): Kdf {
	if (plainName(cipher) !== 'aes128ctr') throw new BautaError('keystore-kdf', cipher.slice(0, 40));
	if (plainName(kdf) === 'scrypt') {
		const { n, r, p, salt } = parseWith(scryptParams, kdfparams, 'kdfparams.');
		const logN = Math.log2(n);
		if (!Number.isInteger(logN) || logN < 1) throw new BautaError('keystore-broken', 'kdfparams');
		if (!isAffordable({ logN, r, p }, importWorkLimit)) throw new BautaError('key-cost', `scrypt ${n} ${r} ${p}`);
		return { kind: 'scrypt', logN, r, p, salt };
	}
	if (!/^pbkdf2((with)?hmac)?(sha256)?$/.test(plainName(kdf))) throw new BautaError('keystore-kdf', kdf.slice(0, 40));
	const { c, prf, salt } = parseWith(pbkdf2Params, kdfparams, 'kdfparams.');
	if (!/^(hmac)?sha256$/.test(plainName(prf))) throw new BautaError('keystore-kdf', prf.slice(0, 40));
	if (c > mostRounds) throw new BautaError('key-cost', `pbkdf2 ${c}`);
	return { kind: 'pbkdf2', rounds: c, salt };
}

/** The passphrase as its UTF-8 bytes: these files take it as it was typed, without normalising. */
async function derive(kdf: Kdf, passphrase: string, watch: Watch): Promise<Uint8Array> {
	if (kdf.kind === 'scrypt')
		return deriveKey(passphrase, kdf.salt, kdf, { limit: importWorkLimit, tooCostly: 'key-cost', watch, normalize: false });
	return pbkdf2(new TextEncoder().encode(passphrase), kdf.salt, kdf.rounds, watch);
}

/** mac = Keccak-256(derived[16..32] ‖ ciphertext). Some makers took the SHA3-256 that became the standard. */
function isMacRight(derived: Uint8Array, { ciphertext, mac }: KeystoreBlock): boolean {
	const input = concat(derived.subarray(16, 32), ciphertext);
	return equalBytes(keccak_256(input), mac) || equalBytes(sha3_256(input), mac);
}

/**
 * What a block holds, by a passphrase. `plain` is only to be believed where `macIsRight`. An iv of less than 16 bytes is a number whose leading
 * zeros were cut off.
 */
export async function openBlock(
	block: KeystoreBlock,
	passphrase: string,
	watch: Watch = {},
): Promise<{ plain: Uint8Array; macIsRight: boolean }> {
	const derived = await derive(kdfOf(block), passphrase, watch);
	const macIsRight = isMacRight(derived, block);
	const key = await crypto.subtle.importKey('raw', derived.slice(0, 16), 'AES-CTR', false, ['decrypt']);
	wipe(derived);
	const counter = padLeft(block.cipherparams.iv, 16) as Uint8Array<ArrayBuffer>;
	const plain = await crypto.subtle.decrypt({ name: 'AES-CTR', counter, length: 128 }, key, Uint8Array.from(block.ciphertext));
	return { plain: new Uint8Array(plain), macIsRight };
}
