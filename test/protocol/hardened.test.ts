import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HDKey } from '@scure/bip32';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rootFromSeed } from '../../src/protocol/account/root.ts';
import { keyAt, labelScope, oneTimeKey, personaKey, personaWords, wordsOf } from '../../src/protocol/author.ts';
import { toHex } from '../../src/protocol/bytes.ts';
import { generationNode } from '../../src/protocol/generation.ts';
import { hardenedChild, hardenedPath } from '../../src/protocol/node.ts';
import { random, rootOf } from './samples.ts';

// THREATS.md I2d: below A a public twin of a node, and one leaked child, would give away all the others.

const source = resolve(import.meta.dirname, '../../src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
	.filter((name) => /\.tsx?$/.test(name))
	.map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join(source, name), 'utf8') }));
const filesWith = (pattern: RegExp) =>
	files
		.filter(({ text }) => pattern.test(text))
		.map(({ name }) => name)
		.sort();

describe('the source', () => {
	it('has the library that can compute extended public keys in one file, which asks it for private keys alone', () => {
		expect(filesWith(/@scure\/bip32|HDKey/)).toEqual(['protocol/account/root.ts']);
		expect(filesWith(/publicExtendedKey|extendedPublicKey|privateExtendedKey|neuter/i)).toEqual([]);
		const text = files.find(({ name }) => name === 'protocol/account/root.ts')?.text ?? '';
		expect(text).toContain("import { HARDENED_OFFSET, HDKey } from '@scure/bip32';");
		expect(text).not.toMatch(/publicKey|[pP]ubKey|fingerprint(?!,| of)|identifier|toJSON|PrivateJSON|serialize\(|\.derive\(|console/);
		// no module-level binding, field or map holds one: a key of the library is a parameter, a result or a local of these functions
		expect(text).not.toMatch(/^(export )?(const|let|var) [^\n]*(HDKey|openXprv)/m);
		expect(text).not.toMatch(/^export [^\n]*HDKey/m);
	});

	it('has BIP-32’s hash in two files: the hardened child, and the chat key that Status left unhardened', () => {
		expect(filesWith(/\bsha512\b/)).toEqual(['protocol/node.ts', 'protocol/status/chat-key.ts']);
	});

	it('derives unhardened for the chat key and for reading Solution 1 alone', () => {
		expect(filesWith(/unhardenedChildKey/)).toEqual(['protocol/status/chat-key.ts', 'protocol/status/solutions.ts']);
	});

	it('keeps the chat key off the anonymous way', () => {
		const anonymousWay = ['compose', 'recognise', 'author', 'seal', 'envelope', 'keyring', 'generation', 'signature', 'keyless', 'node'];
		for (const name of anonymousWay) {
			const text = files.find((file) => file.name === `protocol/${name}.ts`)?.text;
			expect(text, name).toBeTruthy();
			expect(text, name).not.toMatch(/from '\.\/status\//);
		}
	});

	it('knows the version bytes of extended public keys only to refuse them', () => {
		expect(filesWith(/0488b21e/i)).toEqual(['protocol/account/root.ts']);
		expect(files.find(({ name }) => name === 'protocol/account/root.ts')?.text).toContain(
			"if (version === 0x0488b21e) return new ProtocolError('key-public')",
		);
	});

	it('takes its randomness, its time and everything else from outside', () => {
		const own = files.filter(({ name }) => name.startsWith('protocol/'));
		expect(own.length).toBeGreaterThan(20);
		for (const { name, text } of own) {
			expect(text, name).not.toMatch(
				/getRandomValues|Math\.random|randomBytes|randomSecretKey|Date\.now|new Date|performance\.|fetch\(|console\./,
			);
			for (const [, from = ''] of text.matchAll(/from '([^']+)'/g))
				expect(from, name).toMatch(/^(\.\.?\/(?!\.)|@noble\/|@scure\/|@stablelib\/sha256$)/);
		}
	});
});

describe('derivation', () => {
	const hard = (words: readonly number[]) => words.map((word) => `${word}'`).join('/');

	it('is BIP-32’s hardened one, as another library has it, at every step', () => {
		const words = fc.array(fc.nat(2 ** 31 - 1), { minLength: 1, maxLength: 5 });
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), words, (seed, path) => {
				const theirs = HDKey.fromMasterSeed(seed).derive(`m/${hard(path)}`);
				const ours = hardenedPath(rootFromSeed(seed), path);
				expect(toHex(ours.privateKey)).toBe(toHex(theirs.privateKey ?? new Uint8Array()));
				expect(toHex(ours.chainCode)).toBe(toHex(theirs.chainCode ?? new Uint8Array()));
			}),
			{ numRuns: 20 },
		);
	});

	it('puts author keys where docs/protocol.md §3 says, hardened all the way', () => {
		const root = rootOf(9);
		const theirs = new HDKey({ privateKey: root.privateKey, chainCode: root.chainCode });
		const drawn = random(16);
		const once = oneTimeKey(generationNode(root, 7), drawn);
		expect(toHex(once.privateKey)).toBe(toHex(theirs.derive(`m/7'/0'/${hard(wordsOf(drawn))}`).privateKey ?? new Uint8Array()));
		const scope = labelScope(' organiser\n');
		expect(scope).toBe('label:organiser');
		const persona = personaKey(generationNode(root, 7), scope, 11);
		const path = `m/7'/1'/${hard(personaWords(scope))}/11'`;
		expect(toHex(persona.privateKey)).toBe(toHex(theirs.derive(path).privateKey ?? new Uint8Array()));
	});

	it('refuses an index that is hardened already, or no index', () => {
		for (const index of [2 ** 31, -1, 0.5, Number.NaN]) expect(() => hardenedChild(rootOf(1), index)).toThrow('path-range');
		expect(() => generationNode(rootOf(1), 2 ** 20)).toThrow('generation-range');
		expect(() => keyAt(rootOf(1), { kind: 'persona', words: [0, 0, 0, 0], n: 2 ** 31 })).toThrow('path-range');
	});
});
