import { sha256 } from '@noble/hashes/sha2.js';
import { createBase58check } from '@scure/base';
import { HDKey } from '@scure/bip32';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { rootFromPhrase, rootFromXprv, statusNodeFromXprv } from '../../src/protocol/account/root.ts';
import { concat, toHex, u32be } from '../../src/protocol/bytes.ts';
import { nBytes } from '../../src/protocol/curve.ts';
import type { Node } from '../../src/protocol/node.ts';
import { random } from './samples.ts';

/** every node that was made, in this order */
const made: Node[] = [];
vi.mock('../../src/protocol/node.ts', async (original) => {
	const real = await original<typeof import('../../src/protocol/node.ts')>();
	const noted =
		<A extends unknown[]>(make: (...given: A) => Node) =>
		(...given: A): Node => {
			const node = make(...given);
			made.push(node);
			return node;
		};
	return { ...real, node: noted(real.node), masterNode: noted(real.masterNode), hardenedPath: noted(real.hardenedPath) };
});

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

describe('keys above A', () => {
	beforeEach(() => {
		made.length = 0;
	});

	const status = serialized({ depth: 3, index: hardened + 1581, parent: 7 });
	const ways: [string, () => Node][] = [
		['a phrase', () => rootFromPhrase(phrase)],
		['a master', () => rootFromXprv(serialized({}))],
		['the node itself', () => rootFromXprv(status)],
	];
	it.each(ways)('of %s are overwritten, and A is not', (_of, make) => {
		const root = make();
		const others = made.filter((node) => node !== root);
		expect(others.length).toBeGreaterThan(0);
		for (const { privateKey, chainCode } of others) expect([...privateKey, ...chainCode].every((byte) => byte === 0)).toBe(true);
		expect(toHex(root.privateKey)).toMatch(/[1-9a-f]/);
	});

	it('are overwritten where they are refused', () => {
		expect(() => rootFromXprv(serialized({ depth: 9 }))).toThrow('key-depth');
		expect(made.map(({ privateKey }) => toHex(privateKey))).toEqual(['00'.repeat(32)]);
	});

	it('are those that another implementation derives', () => {
		const master = serialized({});
		const { privateKey, chainCode } = statusNodeFromXprv(master);
		const other = HDKey.fromExtendedKey(master).derive("m/43'/60'/1581'");
		expect([privateKey, chainCode]).toEqual([other.privateKey, other.chainCode]);
	});
});
