import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketOf, pad, unpad } from '../../src/vault/padding.ts';
import { openRecord, sealRecord } from '../../src/vault/record.ts';

const key = new Uint8Array(32).fill(7);

describe('a side record', () => {
	test('opens again, whatever is in it', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 20_000 }), fc.string(), (bytes, name) => {
				expect(Buffer.compare(openRecord(key, name, sealRecord(key, name, bytes)), bytes)).toBe(0);
			}),
			{ numRuns: 100 },
		);
	});

	test('does not open by another name, another key, or changed in any byte', () => {
		const blob = sealRecord(key, 'outbox', Uint8Array.of(1, 2, 3));
		expect(() => openRecord(key, 'archive', blob)).toThrow('record-broken');
		expect(() => openRecord(new Uint8Array(32), 'outbox', blob)).toThrow('record-broken');
		for (let at = 0; at < blob.length; at += at < 60 ? 1 : 101) {
			const changed = blob.slice();
			changed[at] = (changed[at] as number) ^ 1;
			expect(() => openRecord(key, 'outbox', changed)).toThrow(/record-broken|vault-newer/);
			expect(() => openRecord(key, 'outbox', blob.slice(0, at))).toThrow(/record-broken/);
		}
		expect(() => openRecord(key, 'outbox', Uint8Array.of(2, ...blob.slice(1)))).toThrow('vault-newer');
	});

	test('has one of a few sizes and is never the same twice', () => {
		const sizes = [0, 1, 100, 4092].map((length) => sealRecord(key, 'outbox', new Uint8Array(length)).length);
		expect(new Set(sizes)).toEqual(new Set([4096 + 41]));
		expect(sealRecord(key, 'outbox', new Uint8Array(4093)).length).toBe(16_384 + 41);
		expect(Buffer.compare(sealRecord(key, 'a', new Uint8Array(9)), sealRecord(key, 'a', new Uint8Array(9)))).not.toBe(0);
	});
});

test('padding is undone, and grows by few steps', () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 70_000 }), (bytes) => {
			const padded = pad(bytes);
			expect(padded.length).toBe(bucketOf(bytes.length + 4));
			expect(Buffer.compare(unpad(padded), bytes)).toBe(0);
		}),
		{ numRuns: 50 },
	);
	expect([0, 4096, 4097, 16_385, 65_537, 262_145, 1 << 20, (1 << 20) + 1].map(bucketOf)).toEqual([
		4096,
		4096,
		16_384,
		65_536,
		262_144,
		1 << 20,
		1 << 20,
		2 << 20,
	]);
	expect(() => unpad(Uint8Array.of(0, 0, 0, 9, 1))).toThrow('vault-broken');
	expect(() => unpad(new Uint8Array(3))).toThrow('vault-broken');
});
