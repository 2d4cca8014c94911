import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sixWords } from '../../src/devices/codes/six-words.ts';
import { writeTextForm } from '../../src/devices/codes/text-form.ts';
import { randomKey } from '../../src/devices/device-key.ts';
import { answerOnce, codeSeconds, readLinkCode, writeLinkCode } from '../../src/devices/linking/code.ts';
import { offer } from '../../src/devices/linking/linking.ts';
import { BautaError } from '../../src/messages/errors.ts';

const now = 1_795_000_000;
const codeOf = (call: () => unknown): string => {
	try {
		call();
	} catch (thrown) {
		if (thrown instanceof BautaError) return thrown.code;
		throw thrown;
	}
	return 'nothing thrown';
};

test('a code says who asks, and both sides see the same six words', () => {
	const asked = offer('  Ada’s\u202e phone\n', 'firefox', now);
	const code = readLinkCode(`  ${asked.text.slice(0, 40)}\n${asked.text.slice(40)} `, now + 30);
	expect(code).toMatchObject({ name: 'Ada’s phone', browser: 'firefox', made: now });
	expect(code.words).toEqual(asked.words);
	expect(code.words).toHaveLength(6);
	expect(asked.text.length).toBeLessThan(200);
	expect(asked.text).not.toContain(asked.once);
});

test('two codes have different words', () => {
	const seen = new Set(Array.from({ length: 50 }, () => offer('phone', 'other', now).words.join(' ')));
	expect(seen.size).toBe(50);
});

test('the words are 66 bits of the hash in order', () => {
	// the words of BIP-39's own test vectors, up to where their checksums begin
	expect(sixWords(new Uint8Array(32))).toEqual(Array(6).fill('abandon'));
	expect(sixWords(new Uint8Array(32).fill(0xff))).toEqual(Array(6).fill('zoo'));
	expect(sixWords(new Uint8Array(32).fill(0x7f)).join(' ')).toBe('legal winner thank year wave sausage');
	expect(sixWords(new Uint8Array(32).fill(0x80)).join(' ')).toBe('letter advice cage absurd amount doctor');
	// bit 66 counts, bit 67 does not
	const hash = new Uint8Array(32);
	hash[8] = 0x40;
	expect(sixWords(hash)).not.toEqual(sixWords(new Uint8Array(32)));
	hash[8] = 0x20;
	expect(sixWords(hash)).toEqual(sixWords(new Uint8Array(32)));
});

test('a code lives ten minutes by either clock', () => {
	const { text } = offer('phone', 'chromium', now);
	expect(readLinkCode(text, now + codeSeconds).made).toBe(now);
	expect(codeOf(() => readLinkCode(text, now + codeSeconds + 1))).toBe('link-stale');
	expect(codeOf(() => readLinkCode(text, now - codeSeconds - 1))).toBe('link-stale');
});

test('a code is answered once', () => {
	const first = answerOnce([], 'aa', now);
	expect(codeOf(() => answerOnce(first, 'aa', now + codeSeconds))).toBe('link-used');
	expect(answerOnce(first, 'bb', now).map(({ hash }) => hash)).toEqual(['aa', 'bb']);
	expect(answerOnce(first, 'cc', now + 3 * codeSeconds).map(({ hash }) => hash)).toEqual(['cc']);
});

test('each thing that can be wrong has its own name', () => {
	const { text } = offer('phone', 'chromium', now);
	expect(codeOf(() => readLinkCode('hello', now))).toBe('link-unknown');
	expect(codeOf(() => readLinkCode('', now))).toBe('link-unknown');
	expect(codeOf(() => readLinkCode(text.slice(0, -5), now))).toBe('link-truncated');
	expect(codeOf(() => readLinkCode(text.slice(0, 11), now))).toBe('link-truncated');
	expect(codeOf(() => readLinkCode(text.replace(':1:', ':2:'), now))).toBe('link-newer');
	expect(codeOf(() => readLinkCode(text.replace('bauta-link', 'bauta-answer'), now))).toBe('link-kind');
	expect(codeOf(() => readLinkCode(writeTextForm('link', new Uint8Array(80)), now))).toBe('link-unknown');
});

test('no changed character goes through', () => {
	const { text } = offer('phone', 'chromium', now);
	fc.assert(
		fc.property(fc.nat(text.length - 1), fc.constantFrom(...'ABCxyz019_-:'), (at, letter) => {
			fc.pre(text[at] !== letter);
			expect(() => readLinkCode(text.slice(0, at) + letter + text.slice(at + 1), now)).toThrow(BautaError);
		}),
	);
});

test('hostile text is refused, whatever it is', () => {
	fc.assert(fc.property(fc.string(), (text) => codeOf(() => readLinkCode(text, now)).startsWith('link-')));
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 200 }), (body) =>
			codeOf(() => readLinkCode(writeTextForm('link', body), now)).startsWith('link-'),
		),
	);
	expect(codeOf(() => readLinkCode('x'.repeat(500_000), now))).toBe('link-unknown');
});

test('a key that is no point is no code', () => {
	const once = randomKey().publicKey;
	const { text } = writeLinkCode({ once, device: new Uint8Array(33).fill(5), name: 'x', browser: 'other', made: now });
	expect(codeOf(() => readLinkCode(text, now))).toBe('link-unknown');
});
