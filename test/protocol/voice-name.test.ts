import { wordlist } from '@scure/bip39/wordlists/english.js';
import { expect, test } from 'vitest';
import { voicePattern, voiceWordNumbers, wordNumbers } from '../../src/protocol/author.ts';
import { evenKey, keyPair } from '../../src/protocol/curve.ts';

const key = (number: number) => keyPair(new Uint8Array(32).fill(number)).publicKey;

test('words are eleven bits each, from the first bit on', () => {
	expect(wordNumbers(Uint8Array.of(0xff, 0xe0, 0x01))).toEqual([2047, 0]);
	expect(wordNumbers(Uint8Array.of(0x00, 0x3f, 0xff, 0xff))).toEqual([1, 2047]);
	expect(wordNumbers(new Uint8Array(40).fill(255))).toEqual(new Array(16).fill(2047));
});

test('a voice has the same words and pattern for every reader, and another one has others', () => {
	const names = Array.from({ length: 50 }, (_, at) => voiceWordNumbers(key(at + 1)));
	expect(names[0]).toEqual(voiceWordNumbers(key(1)));
	expect(new Set(names.map((numbers) => numbers.slice(0, 2).join())).size).toBe(50);
	for (const numbers of names) expect(numbers.every((number) => wordlist[number] !== undefined)).toBe(true);
	expect(new Set(Array.from({ length: 50 }, (_, at) => voicePattern(key(at + 1)))).size).toBeGreaterThan(45);
});

test('a pattern is symmetric, fits its square and is never empty', () => {
	for (let at = 1; at < 200; at++) {
		const cells = [...voicePattern(key(at)).matchAll(/M(\d) (\d)h1v1h-1z/g)].map(([, x, y]) => `${x}${y}`);
		expect(cells.length).toBeGreaterThan(0);
		expect(new Set(cells).size).toBe(cells.length);
		for (const cell of cells) expect(cells).toContain(`${4 - Number(cell[0])}${cell[1]}`);
		for (const cell of cells) expect(cell).toMatch(/^[0-4]{2}$/);
	}
});

test('the name is by x alone: one key may sign where its parity is written, and where it is not', () => {
	for (let at = 1; at < 9; at++) {
		const [written, even] = [key(at), evenKey(key(at))];
		expect(voiceWordNumbers(written)).toEqual(voiceWordNumbers(even));
		expect(voicePattern(written)).toBe(voicePattern(even));
	}
});

test('a key of another length has no name', () => {
	expect(() => voiceWordNumbers(new Uint8Array(32))).toThrow(expect.objectContaining({ code: 'bytes-length' }));
});
