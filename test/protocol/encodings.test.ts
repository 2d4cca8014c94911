/** The encodings that are written by hand for speed, against those of Node. */
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rootFromSeed } from '../../src/protocol/account/root.ts';
import { fromBase64url, H, toBase64url } from '../../src/protocol/bytes.ts';
import { makeTag } from '../../src/protocol/envelope.ts';
import { generationNode } from '../../src/protocol/generation.ts';
import { cachedRoomKeys, forgetGeneration, keyedTagInto } from '../../src/protocol/keyring.ts';
import { canonicalText, maxTextPoints } from '../../src/protocol/text.ts';
import { anyCharacter } from '../any-character.ts';

const runs = { numRuns: 2000 };
const digits = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
const thrown = (work: () => unknown): string => {
	try {
		work();
		return '';
	} catch (error) {
		return (error as { code: string }).code;
	}
};

test('base64url is read as Node writes it, and written so', () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
			const text = Buffer.from(bytes).toString('base64url');
			expect(toBase64url(bytes)).toBe(text);
			expect(fromBase64url(text)).toEqual(bytes);
		}),
		runs,
	);
});

test('base64url refuses all that would not be written so', () => {
	const digit = fc.oneof({ weight: 40, arbitrary: fc.constantFrom(...digits) }, fc.constantFrom(...'=+/ \n\u007f\u0080é😀'));
	fc.assert(
		fc.property(fc.string({ unit: digit, maxLength: 24 }), (text) => {
			const bytes = Buffer.from(text, 'base64url');
			const same = bytes.toString('base64url') === text;
			expect(thrown(() => fromBase64url(text))).toBe(same ? '' : 'not-base64url');
			if (same) expect(fromBase64url(text)).toEqual(new Uint8Array(bytes));
		}),
		runs,
	);
});

const part = fc.oneof(fc.uint8Array({ maxLength: 1200 }), fc.string({ unit: anyCharacter, maxLength: 900 }), fc.string({ maxLength: 900 }));

test('H is SHA-256 over the parts with their lengths, however long, in any order of calls', () => {
	fc.assert(
		fc.property(
			fc.constantFrom('bauta/1 content', 'bauta/1 message', 'bauta/1 room'),
			fc.array(part, { maxLength: 4 }),
			(domain, parts) => {
				const hash = createHash('sha256');
				for (const each of [domain, ...parts]) {
					const bytes = Buffer.from(each as string);
					const length = Buffer.alloc(4);
					length.writeUInt32BE(bytes.length);
					hash.update(length).update(bytes);
				}
				expect(H(domain, ...parts)).toEqual(new Uint8Array(hash.digest()));
			},
		),
		{ numRuns: 500 },
	);
});

test('a tag by the kept state of a room’s key is HMAC-SHA256, also after another generation was forgotten', () => {
	const node = (seed: number) => generationNode(rootFromSeed(new Uint8Array(64).fill(seed)), 0);
	const [mine, other] = [node(1), node(2)];
	const output = new Uint8Array(32);
	fc.assert(
		fc.property(
			fc.constantFrom('xmpp:a@b.c', 'xmpp:d@e.f'),
			fc.uint8Array({ minLength: 48, maxLength: 48 }),
			fc.boolean(),
			(room, covered, lock) => {
				cachedRoomKeys(other, room, 3);
				if (lock) forgetGeneration(other);
				const keys = cachedRoomKeys(mine, room, 2);
				keyedTagInto(keys, covered, output);
				expect(output).toEqual(new Uint8Array(createHmac('sha256', keys.tagKey).update(covered).digest()));
				expect(makeTag(keys.tagKey, covered.subarray(0, 32), covered.subarray(32))).toEqual(output.slice(0, 16));
			},
		),
		{ numRuns: 200 },
	);
});

test('a text counts code points, not units, and bytes of UTF-8', () => {
	fc.assert(
		fc.property(fc.string({ unit: fc.constantFrom('a', 'é', '字', '😀', '\n'), minLength: 1, maxLength: 200 }), (text) => {
			const irc = { irc: true, lineBytes: Buffer.byteLength(text.replace(/[\n]+$/, '')) };
			const cut = text.replace(/[\n]+$/, '');
			if (cut === '') return;
			expect(canonicalText(text)).toBe(cut);
			if (cut.includes('\n')) return;
			expect(canonicalText(text, irc)).toBe(cut);
			expect(thrown(() => canonicalText(text, { ...irc, lineBytes: irc.lineBytes - 1 }))).toBe('text-line');
		}),
		runs,
	);
	expect(canonicalText('😀'.repeat(maxTextPoints))).toHaveLength(2 * maxTextPoints);
	expect(thrown(() => canonicalText('😀'.repeat(maxTextPoints - 1).concat('ab')))).toBe('text-long');
	expect(thrown(() => canonicalText('a\ud83d'))).toBe('text-surrogate');
	expect(thrown(() => canonicalText('\ude00a'))).toBe('text-surrogate');
	expect(thrown(() => canonicalText('a\ud83db'))).toBe('text-surrogate');
});
