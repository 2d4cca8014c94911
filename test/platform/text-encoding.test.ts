import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeText } from '../../src/platform/text-encoding.ts';
import { identifyKey } from '../../src/vault/import/identify-key.ts';

const phrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const littleEndian = (text: string) => Uint8Array.from(Buffer.from(text, 'utf16le'));
const bigEndian = (text: string) => Uint8Array.from(Buffer.from(text, 'utf16le').swap16());
const utf32 = (text: string, isLittle: boolean) => {
	const view = new DataView(new ArrayBuffer([...text].length * 4));
	for (const [at, character] of [...text].entries()) view.setUint32(at * 4, character.codePointAt(0) ?? 0, isLittle);
	return new Uint8Array(view.buffer);
};
const mark = '\ufeff';
const keystore = JSON.stringify({ version: 2, crypto: {}, name: 'Müller 東京' }, null, 2);

describe('a text file is read', () => {
	test.each<[string, (text: string) => Uint8Array]>([
		['UTF-8', (text) => Uint8Array.from(Buffer.from(text))],
		['UTF-8 with a mark', (text) => Uint8Array.from(Buffer.from(mark + text))],
		['UTF-16, little end first, with a mark', (text) => littleEndian(mark + text)],
		['UTF-16, big end first, with a mark', (text) => bigEndian(mark + text)],
		['UTF-16, little end first, without a mark', littleEndian],
		['UTF-16, big end first, without a mark', bigEndian],
		['UTF-32, little end first, with a mark', (text) => utf32(mark + text, true)],
		['UTF-32, big end first, with a mark', (text) => utf32(mark + text, false)],
		['UTF-32, little end first, without a mark', (text) => utf32(text, true)],
		['UTF-32, big end first, without a mark', (text) => utf32(text, false)],
	])('%s', (_, encode) => {
		for (const text of [phrase, keystore, `${phrase}\r\n`, 'nsec1']) {
			expect(decodeText(encode(text))).toBe(text);
			// filled up with zeros, or half a character at the end
			expect(decodeText(Uint8Array.from([...encode(text), ...new Array(40).fill(0)]))).toBe(text);
		}
		expect(identifyKey(encode(phrase)).format).toBe('phrase');
		expect(() => identifyKey(encode(keystore))).toThrow('keystore-version: 2');
	});

	test('Latin-1, where few characters are beyond ASCII', () => {
		const text = JSON.stringify({ version: 2, crypto: {}, name: 'André Müller' });
		expect(decodeText(Uint8Array.from(Buffer.from(text, 'latin1')))).toBe(text);
	});

	test.each([
		['of DOS', [0x81, 0x82, 0x9d]],
		['of a Mac', [0x8e, 0x8f]],
		['in Cyrillic', [0x98, 0xc0, 0xc1]],
		['in Shift JIS', [0x83, 0x81, 0x83, 0x82]],
	])('a keystore with a name in the letters %s', (_, name) => {
		const [before, behind] = [JSON.stringify({ version: 2, crypto: {}, name: '' }).slice(0, -2), '"}'];
		expect(() => identifyKey(Uint8Array.from([...Buffer.from(before), ...name, ...Buffer.from(behind)]))).toThrow('keystore-version: 2');
	});

	test('UTF-16 without a mark, much of it in Chinese characters', () => {
		const text = JSON.stringify({ version: 2, crypto: {}, name: '東京'.repeat(20) });
		for (const bytes of [littleEndian(text), bigEndian(text)]) expect(decodeText(bytes)).toBe(text);
	});

	test('with the sign behind it by which DOS ended a file', () => {
		for (const text of [phrase, 'Schlüssel']) expect(decodeText(Uint8Array.from([...Buffer.from(text, 'latin1'), 0x1a, 0x1a]))).toBe(text);
	});

	test('UTF-16 with a line end of one byte behind it', () => {
		expect(decodeText(Uint8Array.from([...littleEndian(mark + phrase), 0x0a]))).toBe(phrase);
	});
});

test('what is no text gives none', () => {
	const picture = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52];
	const packed = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0xce];
	const pair = [0x80, 0xfe, 0, 0xc1];
	for (const bytes of [picture, picture.slice(0, 6), packed, pair]) expect(decodeText(Uint8Array.from(bytes))).toBeNull();
});

test('any text of ASCII comes out of each encoding as it went in', () => {
	const text = fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 200 });
	fc.assert(
		fc.property(text, (whole) => {
			for (const bytes of [littleEndian(whole), bigEndian(whole), littleEndian(mark + whole), Uint8Array.from(Buffer.from(whole))])
				expect(decodeText(bytes)).toBe(whole);
		}),
	);
});
