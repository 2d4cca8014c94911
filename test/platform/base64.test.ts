import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromBase64, toBase64 } from '../../src/platform/base64.ts';

it('writes what Node writes, and reads it back', () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
			const text = toBase64(bytes);
			expect(text).toBe(Buffer.from(bytes).toString('base64'));
			expect(fromBase64(text)).toEqual(bytes);
		}),
	);
});

it('refuses what is no base64', () => {
	for (const text of ['a', 'ab=c', '*', 'é']) expect(() => fromBase64(text)).toThrow();
});
