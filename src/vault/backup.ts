/**
 * The encrypted backup: a JSON file, so that a person can see what it is, with a passphrase of its own.
 * The document is padded and sealed as in the vault; everything else in the file is bound to it as AAD. `sum` needs no passphrase, so that a
 * damaged file is told from a wrong passphrase.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, randomBytes } from '@noble/hashes/utils.js';
import { base64 } from '@scure/base';
import * as v from 'valibot';
import { BautaError } from '../messages/errors.ts';
import { demandStrength } from '../platform/strength/strength.ts';
import { toHex } from '../protocol/bytes.ts';
import { backupFormat, isBackup } from './backup-format.ts';
import type { StoredIdentity, VaultDocument } from './document.ts';
import { deriveKey, type ScryptCost, todaysCost, vaultWorkLimit, type Watch } from './kdf.ts';
import { readDocument, writeDocument } from './migrate.ts';
import { pad, unpad } from './padding.ts';

const version = 1;
/** Far more than a document with a thousand rooms. */
const largestFile = 8 * 1024 * 1024;

const bytes = (length?: number) =>
	v.pipe(
		v.string(),
		v.rawTransform(({ dataset, addIssue, NEVER }) => {
			try {
				return base64.decode(dataset.value);
			} catch {
				addIssue();
				return NEVER;
			}
		}),
		v.check((decoded) => length === undefined || decoded.length === length),
	);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(255));
const fileSchema = v.object({
	version: v.literal(version),
	scrypt: v.object({ logN: count, r: count, p: count }),
	salt: bytes(16),
	nonce: bytes(24),
	sealed: bytes(),
	sum: bytes(16),
});

function headOf(cost: ScryptCost, salt: Uint8Array, nonce: Uint8Array): Uint8Array {
	return concatBytes(new TextEncoder().encode(backupFormat), Uint8Array.of(version, cost.logN, cost.r, cost.p), salt, nonce);
}

function sumOf(head: Uint8Array, ciphertext: Uint8Array): Uint8Array {
	return sha256(concatBytes(head, ciphertext)).slice(0, 16);
}

/**
 * Without its root an identity can speak and recognise itself as a linked device can, and give no other device that (docs/protocol.md §2).
 */
function withoutRoot(identity: StoredIdentity): StoredIdentity {
	const linked: StoredIdentity = { ...identity, kind: 'linked', root: null, phrase: null, confirmed: true, restored: false };
	if (!linked.devices) return linked;
	// opening keys anew for the others is for who holds the root
	const { apart: _, ...devices } = linked.devices;
	return { ...linked, devices };
}

/**
 * A device's own key never leaves it: the file holds another in its place, and whoever reads the file draws one more, so that no two devices
 * that were restored from it have the same (document.ts). 32 random bytes are no key once in 2^128 draws.
 */
function withAnotherDeviceKey(identity: StoredIdentity): StoredIdentity {
	if (!identity.devices) return identity;
	return { ...identity, devices: { ...identity.devices, key: toHex(randomBytes(32)) } };
}

/**
 * The text of a backup file.
 * @param options `roots: false` leaves the roots and phrases out; `cost` is for tests
 * @throws BautaError `passphrase-weak`, `cancelled`
 */
export async function makeBackup(
	document: VaultDocument,
	passphrase: string,
	{ roots = true, cost = todaysCost, watch = {} }: { roots?: boolean; cost?: ScryptCost; watch?: Watch } = {},
): Promise<string> {
	demandStrength(passphrase);
	const identities = document.identities.map(withAnotherDeviceKey).map((one) => (roots ? one : withoutRoot(one)));
	const plain = writeDocument({ ...document, identities });
	const paddedDocument = pad(plain);
	const salt = randomBytes(16);
	const nonce = randomBytes(24);
	const head = headOf(cost, salt, nonce);
	const key = await deriveKey(passphrase, salt, cost, { limit: vaultWorkLimit, tooCostly: 'internal', watch });
	const ciphertext = xchacha20poly1305(key, nonce, head).encrypt(paddedDocument);
	for (const secret of [key, plain, paddedDocument]) secret.fill(0);
	const file = {
		format: backupFormat,
		version,
		scrypt: cost,
		salt: base64.encode(salt),
		nonce: base64.encode(nonce),
		sum: base64.encode(sumOf(head, ciphertext)),
		sealed: base64.encode(ciphertext),
	};
	return `${JSON.stringify(file, null, '\t')}\n`;
}

function parse(text: string): v.InferOutput<typeof fileSchema> {
	let json: unknown;
	try {
		json = JSON.parse(text.replace(/^\uFEFF/, ''));
	} catch {
		throw new BautaError('backup-broken');
	}
	if (typeof json !== 'object' || json === null || !isBackup(json as Record<string, unknown>))
		throw new BautaError('backup-broken', 'format');
	const found = (json as { version?: unknown }).version;
	if (typeof found === 'number' && found > version) throw new BautaError('backup-newer', String(found));
	const result = v.safeParse(fileSchema, json);
	if (!result.success) throw new BautaError('backup-broken', v.getDotPath(result.issues[0]) ?? '');
	return result.output;
}

/**
 * The document in a backup file. Identities with a root are marked as restored: they open a generation of their own before they post, because
 * devices may have been removed since the backup was made (docs/protocol.md §2).
 * @throws BautaError `backup-broken`, `backup-newer`, `backup-passphrase`, `cancelled`
 */
export async function readBackup(input: string | Uint8Array, passphrase: string, watch: Watch = {}): Promise<VaultDocument> {
	if (input.length > largestFile) throw new BautaError('backup-broken', 'size');
	const { scrypt, salt, nonce, sealed: ciphertext, sum } = parse(typeof input === 'string' ? input : new TextDecoder().decode(input));
	const head = headOf(scrypt, salt, nonce);
	if (base64.encode(sumOf(head, ciphertext)) !== base64.encode(sum)) throw new BautaError('backup-broken', 'sum');
	const key = await deriveKey(passphrase, salt, scrypt, { limit: vaultWorkLimit, tooCostly: 'backup-broken', watch });
	let paddedDocument: Uint8Array;
	try {
		paddedDocument = xchacha20poly1305(key, nonce, head).decrypt(ciphertext);
	} catch {
		throw new BautaError('backup-passphrase');
	} finally {
		key.fill(0);
	}
	return asBackup(() => {
		const document = readDocument(unpad(paddedDocument));
		paddedDocument.fill(0);
		return {
			...document,
			identities: document.identities.map(withAnotherDeviceKey).map((one) => (one.root ? { ...one, restored: true } : one)),
		};
	});
}

/** What a vault says of its document, said of a backup. */
function asBackup<T>(read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (!(error instanceof BautaError)) throw error;
		if (error.code === 'vault-newer') throw new BautaError('backup-newer', error.detail);
		throw new BautaError('backup-broken', error.detail);
	}
}
