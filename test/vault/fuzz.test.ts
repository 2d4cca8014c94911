/**
 * Ten thousand inputs for each parser. What comes back is a value or a BautaError of a known code, never another throw, and never after more
 * than 50 ms. No key derivation runs here: files whose cost is affordable are only looked at.
 */
import { readFileSync } from 'node:fs';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BautaError, errorCodes } from '../../src/messages/errors.ts';
import { strengthOf } from '../../src/platform/strength/strength.ts';
import { readBackup } from '../../src/vault/backup.ts';
import { openFile, parseFile, sealFile } from '../../src/vault/file-format.ts';
import { identifyKey } from '../../src/vault/import/identify-key.ts';
import { readDocument, writeDocument } from '../../src/vault/migrate.ts';
import { openRecord, sealRecord } from '../../src/vault/record.ts';
import { anyCharacter } from '../any-character.ts';
import { leastTime } from '../processor-time.ts';
import { sampleDocument } from './samples.ts';

const runs = 10_000;
/** ms of work that no input may take */
const slowLimit = 50;
const allowed = new Set<string>(errorCodes.filter((code) => code !== 'internal'));

function expectCalm(parse: () => unknown): void {
	const refusing = () => {
		try {
			parse();
		} catch (error) {
			if (!(error instanceof BautaError) || !allowed.has(error.code)) throw error;
		}
	};
	const least = leastTime(refusing, slowLimit);
	if (least >= slowLimit) expect.fail(`${least} ms`);
}

const vector = (name: string) => readFileSync(new URL(`../vectors/keystore/${name}`, import.meta.url)).toString();
const keystores = ['eth-keyfile-0.10.0-pbkdf2.json', 'status-1581.json', 'ethers-6.17.0-phrase.json'].map((name) =>
	JSON.parse(vector(name)),
);
const hexDigits = fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), maxLength: 140 });
const base58Digits = fc.string({ unit: fc.constantFrom(...'123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'), maxLength: 130 });
const bech32Digits = fc.string({ unit: fc.constantFrom(...'qpzry9x8gf2tvdw0s3jn54khce6mua7l1'), maxLength: 200 });
const words = fc.array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...wordlist) }, fc.string({ maxLength: 12 })), { maxLength: 26 });

/** A keystore with some of its parts put elsewhere, dropped, or replaced. */
const mangled = fc
	.tuple(
		fc.constantFrom(...keystores),
		fc.array(fc.tuple(fc.nat(40), fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined), fc.integer(), fc.double(), hexDigits)), {
			maxLength: 4,
		}),
	)
	.map(([file, changes]) => {
		const copy = structuredClone(file) as object;
		const places: [Record<string, unknown>, string][] = [];
		const walk = (at: object) => {
			for (const [name, value] of Object.entries(at)) {
				places.push([at as Record<string, unknown>, name]);
				if (typeof value === 'object' && value !== null) walk(value);
			}
		};
		walk(copy);
		for (const [at, value] of changes) {
			const place = places[at % places.length];
			if (place) place[0][place[1]] = value;
		}
		return JSON.stringify(copy);
	});

describe('nothing but a value or a known refusal comes out of', () => {
	test('any text', () => {
		const texts = fc.oneof(
			fc.string({ unit: anyCharacter, maxLength: 300 }),
			fc.tuple(fc.constantFrom('', '0x', '0x04', '02'), hexDigits).map((parts) => parts.join('')),
			fc.tuple(fc.constantFrom('xprv', 'xpub', 'tprv', 'zprv', 'L', '5', 'zQ3sh'), base58Digits).map((parts) => parts.join('')),
			fc.tuple(fc.constantFrom('nsec1', 'ncryptsec1', 'npub1', 'NSEC1', 'nostr:nsec1'), bech32Digits).map((parts) => parts.join('')),
			words.map((list) => list.join(' ')),
			fc.json().map((text) => text),
			mangled,
		);
		fc.assert(
			fc.property(texts, (text) => expectCalm(() => identifyKey(text))),
			{ numRuns: runs },
		);
	});

	test('any file', () => {
		const texts = [...keystores.map((file) => JSON.stringify(file)), wordlist.slice(0, 12).join(' ')].map((text) =>
			new TextEncoder().encode(text),
		);
		const files = fc.oneof(
			fc.uint8Array({ maxLength: 400 }),
			fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.nat(255), fc.nat()).map(([bytes, at, value, cut]) => {
				const copy = bytes.slice(0, cut % 3 === 0 ? cut % bytes.length : bytes.length);
				if (copy.length > 0) copy[at % copy.length] = value;
				return copy;
			}),
		);
		fc.assert(
			fc.property(files, (bytes) => expectCalm(() => identifyKey(bytes))),
			{ numRuns: runs },
		);
	});

	test('a keystore with any part changed', () => {
		fc.assert(
			fc.property(mangled, (text) => expectCalm(() => identifyKey(text))),
			{ numRuns: runs },
		);
	});

	test('the largest inputs of each kind', () => {
		const size = 64 * 1024;
		for (const unit of [
			'a',
			'0',
			'abandon ',
			'zzzz ',
			'{',
			'[',
			'xprv',
			'nsec1',
			'ncryptsec1q',
			' ',
			'\u0301',
			'0x',
			'{"crypto":',
			'é ',
			'L1',
			'aaaaaaaaaaaaaaaaaaaaaaaaaaaaab ',
		])
			expectCalm(() => identifyKey(unit.repeat(Math.floor(size / unit.length))));
		expectCalm(() => identifyKey(`{"version":3,"crypto":${'['.repeat(20_000)}${']'.repeat(20_000)}}`));
		expectCalm(() => identifyKey(JSON.stringify({ version: 3, crypto: { ...keystores[0].crypto, ciphertext: 'ab'.repeat(30_000) } })));
	});

	test('a vault file, a record, a document', () => {
		const key = new Uint8Array(32).fill(1);
		const plain = writeDocument(sampleDocument());
		const file = sealFile(new Uint8Array(105), key, 7, plain);
		const record = sealRecord(key, 'outbox', plain);
		const changed = (bytes: Uint8Array, at: number, value: number, cut: number) => {
			const copy = bytes.slice(0, cut % 4 === 0 ? cut % bytes.length : bytes.length);
			if (copy.length > 0) copy[at % copy.length] = value;
			return copy;
		};
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), fc.nat(255), fc.nat(), (bytes, at, value, cut) => {
				for (const one of [bytes, changed(file, at, value, cut)]) expectCalm(() => openFile(parseFile(one), key));
				for (const one of [bytes, changed(record, at, value, cut)]) expectCalm(() => openRecord(key, 'outbox', one));
				for (const one of [bytes, changed(plain, at, value, cut)]) expectCalm(() => readDocument(one));
			}),
			// two inputs for each parser in every run
			{ numRuns: runs / 2 },
		);
	});

	test('any passphrase', () => {
		fc.assert(
			fc.property(fc.string({ unit: anyCharacter, maxLength: 60 }), (text) =>
				expectCalm(() => expect(strengthOf(text).bits).toBeGreaterThanOrEqual(0)),
			),
			{ numRuns: runs },
		);
	});

	test('any backup file that is not whole', async () => {
		const broken = fc.oneof(
			fc.string({ unit: anyCharacter, maxLength: 200 }),
			fc.json(),
			fc
				.record(
					{
						format: fc.oneof(fc.constant('bauta-backup'), fc.string()),
						version: fc.oneof(fc.constant(1), fc.integer(), fc.string()),
						scrypt: fc.oneof(fc.record({ logN: fc.integer(), r: fc.integer(), p: fc.integer() }), fc.jsonValue({ maxDepth: 1 })),
						salt: fc.base64String({ maxLength: 40 }),
						nonce: fc.base64String({ maxLength: 40 }),
						sealed: fc.base64String({ maxLength: 200 }),
						sum: fc.oneof(fc.base64String({ maxLength: 40 }), fc.jsonValue({ maxDepth: 1 })),
					},
					{ requiredKeys: [] },
				)
				.map((file) => JSON.stringify(file)),
		);
		await fc.assert(
			fc.asyncProperty(broken, async (text) => {
				const error: unknown = await readBackup(text, 'any').catch((thrown: unknown) => thrown);
				expect(['backup-broken', 'backup-newer']).toContain((error as BautaError).code);
			}),
			{ numRuns: runs },
		);
	});
});
