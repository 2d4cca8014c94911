import fc from 'fast-check';
import { expect, it } from 'vitest';
import { namesNick, pointsOf, withoutTracking } from '../../src/composer/text-checks.ts';

it('takes out what tells where a link was found, and nothing else', () => {
	expect(withoutTracking('see https://a.test/x?utm_source=mail&id=7&fbclid=q#top.')).toBe('see https://a.test/x?id=7#top.');
	expect(withoutTracking('https://a.test/?gclid=1')).toBe('https://a.test/');
	expect(withoutTracking('(https://a.test/?q=utm_source)')).toBe('(https://a.test/?q=utm_source)');
	expect(withoutTracking('utm_source=1')).toBe('utm_source=1');
});

it('leaves every text without links as it is, letter by letter', () => {
	fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => text.includes('http') || withoutTracking(text) === text));
});

it('knows the own name as a word, in any case and script', () => {
	expect(namesNick('Thanks, ALICE!', 'alice')).toBe(true);
	expect(namesNick('malice', 'alice')).toBe(false);
	expect(namesNick('شكراً ليلى', 'ليلى')).toBe(true);
	expect(namesNick('a+b', 'a+b')).toBe(true);
	expect(namesNick('anything', '')).toBe(false);
	expect(namesNick('x marks', 'x')).toBe(false);
});

it('counts code points of the canonical text', () => {
	expect(pointsOf('🎭🎭')).toBe(2);
	expect(pointsOf('a\r\nb \n')).toBe(3);
});
