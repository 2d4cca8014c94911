import { sha256 } from '@noble/hashes/sha2.js';
import { createBase58check } from '@scure/base';
import { HDKey } from '@scure/bip32';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rootFromPhrase, rootFromXprv, statusNodeFromPhrase, statusNodeFromXprv } from '../../src/protocol/account/root.ts';
import { concat, toHex, u32be } from '../../src/protocol/bytes.ts';
import { nBytes } from '../../src/protocol/curve.ts';
import { random } from './samples.ts';

const phrase = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
const base58check = createBase58check(sha256);
const hardened = 2 ** 31;

interface Serialized {
	version?: number;
	depth?: number;
	parent?: number;
	index?: number;
	/** 33 bytes */
	key?: Uint8Array;
	length?: number;
}

/** BIP-32's serialization format, with whatever is wrong with it. */
function serialized({ version = 0x0488ade4, depth = 0, parent = 0, index = 0, key = privateForm(random(32)), length = 78 }: Serialized) {
	const bytes = concat(u32be(version), Uint8Array.of(depth), u32be(parent), u32be(index), random(32), key);
	return base58check.encode(concat(bytes, new Uint8Array(8)).subarray(0, length));
}
const privateForm = (key: Uint8Array): Uint8Array => concat(Uint8Array.of(0), key);

describe('an extended key that cannot be taken', () => {
	const master = serialized({});
	const point = concat(Uint8Array.of(2), HDKey.fromExtendedKey(master).publicKey?.subarray(1) ?? new Uint8Array());
	const refused: [string, string, string][] = [
		['no base58check', 'key-unknown', `${master.slice(0, -1)}${master.endsWith('1') ? '2' : '1'}`],
		['no base58', 'key-unknown', master.replace(/.$/, '0')],
		['longer than any', 'key-length', 'x'.repeat(113)],
		['a byte short', 'key-length', serialized({ length: 77 })],
		['a byte long', 'key-length', serialized({ length: 79 })],
		['public', 'key-public', serialized({ version: 0x0488b21e, key: point })],
		['public by its version', 'key-public', serialized({ version: 0x0488b21e })],
		['of another network', 'key-network', serialized({ version: 0x04358394 })],
		['public and of another network', 'key-network', serialized({ version: 0x043587cf, key: point })],
		['private with a point in it', 'key-range', serialized({ key: point })],
		['zero', 'key-zero', serialized({ key: privateForm(new Uint8Array(32)) })],
		['the order of the curve', 'key-range', serialized({ key: privateForm(nBytes) })],
		['a master with a number', 'key-depth', serialized({ index: 1 })],
		['a master with a parent', 'key-depth', serialized({ parent: 1 })],
		['one step down', 'key-depth', serialized({ depth: 1, index: hardened + 43, parent: 7 })],
		['three steps down, not hardened', 'key-depth', serialized({ depth: 3, index: 1581, parent: 7 })],
		['four steps down', 'key-depth', serialized({ depth: 4, index: hardened + 1581, parent: 7 })],
	];
	it.each(refused)('%s: %s', (_why, code, xprv) => {
		for (const read of [rootFromXprv, statusNodeFromXprv])
			expect(() => read(xprv)).toThrow(expect.objectContaining({ name: 'ProtocolError', code }));
	});
});

describe('the library’s keys', () => {
	const keys = new Set<HDKey>();
	const steps: number[] = [];
	const publicForms = ['publicKey', 'publicExtendedKey', 'privateExtendedKey', 'identifier', 'pubKeyHash'] as const;

	beforeEach(() => {
		keys.clear();
		steps.length = 0;
		const noted = <K extends HDKey>(key: K): K => {
			keys.add(key);
			return key;
		};
		const { fromMasterSeed, fromExtendedKey } = HDKey;
		const { deriveChild } = HDKey.prototype;
		vi.spyOn(HDKey, 'fromMasterSeed').mockImplementation((...given) => noted(fromMasterSeed(...given)));
		vi.spyOn(HDKey, 'fromExtendedKey').mockImplementation((...given) => noted(fromExtendedKey(...given)));
		vi.spyOn(HDKey.prototype, 'deriveChild').mockImplementation(function (this: HDKey, index) {
			steps.push(index);
			return noted(deriveChild.call(this, index));
		});
		for (const form of publicForms) vi.spyOn(HDKey.prototype, form, 'get');
		for (const text of ['toJSON', 'toPrivateJSON', 'derive'] as const) vi.spyOn(HDKey.prototype, text);
	});
	afterEach(() => {
		vi.restoreAllMocks();
	});

	const node = serialized({ depth: 3, index: hardened + 1581, parent: 7 });
	const ways: [string, number[], () => unknown][] = [
		['a phrase', [43, 60, 1581], () => rootFromPhrase(phrase)],
		['a master', [43, 60, 1581], () => rootFromXprv(serialized({}))],
		['the node itself', [], () => rootFromXprv(node)],
		['a key of another depth', [], () => expect(() => rootFromXprv(serialized({ depth: 9 }))).toThrow('key-depth')],
	];
	it.each(ways)('of %s are overwritten, take hardened steps above A alone, and say nothing but the node', (_of, path, make) => {
		make();
		expect(steps).toEqual(path.map((step) => hardened + step));
		expect(keys.size).toBe(path.length + 1);
		for (const form of publicForms) expect(vi.spyOn(HDKey.prototype, form, 'get')).not.toHaveBeenCalled();
		for (const text of ['toJSON', 'toPrivateJSON', 'derive'] as const) expect(vi.spyOn(HDKey.prototype, text)).not.toHaveBeenCalled();
		for (const key of keys) expect(key.privateKey).toBeNull();
	});

	it('become nodes that share no bytes with them', () => {
		const { privateKey, chainCode } = statusNodeFromPhrase(phrase);
		expect(toHex(privateKey)).toMatch(/[1-9a-f]/);
		expect([...keys].some((key) => key.chainCode === chainCode)).toBe(false);
	});

	it('are refused where the library went on to another child than was asked for', () => {
		vi.spyOn(HDKey.prototype, 'deriveChild').mockImplementation(function (this: HDKey) {
			return new HDKey({ privateKey: random(32), chainCode: random(32), depth: 1, index: 8 });
		});
		expect(() => rootFromPhrase(phrase)).toThrow('child-invalid');
	});
});
