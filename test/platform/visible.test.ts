import { expect, test } from 'vitest';
import { isVisible, withoutUnseen } from '../../src/platform/visible.ts';
import { startProcessorClock } from '../processor-time.ts';

test('what nobody sees is taken out of a text, so that it carries no name', () => {
	const marked = [
		'see\u200b you\u200c at\u200d eight\u2060\ufeff\u00ad',
		'see\u{e0061}\u{e0062} you\ufe0f at\u{e0100} eight\u200e\u202c\u2069\u061c',
		'see\u00a0you\u2009at\u202feight',
		'see\u2800you at eight\u034f\u3164\u115f\u0080\u009f\ufff9\ufffb',
	];
	for (const text of marked) expect(withoutUnseen(text)).toBe('see you at eight');
	expect(withoutUnseen('one \t\ntwo  \r\nthree\u2028four')).toBe('one\ntwo\r\nthree\nfour');
	// letters that look the same, and an emoji that is asked for twice
	expect(withoutUnseen('cafe\u0301 \u212b 😀\ufe0f 1\ufe0f')).toBe('café Å 😀 1');
	for (let point = 0x80; point < 0x110000; point++) {
		const sign = String.fromCodePoint(point);
		if (/\p{Default_Ignorable_Code_Point}/u.test(sign)) expect(withoutUnseen(`a${sign}b`), point.toString(16)).toBe('ab');
	}
});

test('what is seen stays: emoji of several parts, and joiners that change letters', () => {
	const texts = [
		'👩‍❤️‍💋‍👨 👨🏽‍🚀 🏴‍☠️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ ❤️ 🇨🇭 ☎️',
		// Persian, Marathi, Malayalam
		'می‌خواهم کتاب‌ها دوشنبه',
		'र्‍य क्‌ष',
		'അവന്‍',
		'全角　空白',
		'two  spaces\n\n\tand a tab',
		'שלום, עולם',
	];
	for (const text of texts) {
		expect(withoutUnseen(text)).toBe(text.normalize('NFC'));
		expect(isVisible(text)).toBe(true);
	}
	// of joiners in a row one changes something, and after a letter that joins nothing none does
	expect(withoutUnseen('می‌‌‍خواهم')).toBe('می‌خواهم');
	expect(withoutUnseen('برادر‌ها')).toBe('برادرها');
});

test('a text that is made to keep the background busy does not', () => {
	const spent = startProcessorClock();
	for (const part of [' ', ' \t', '\u200d', 'ب\u200c', '🇦', '👩‍', '\u{e0067}', '\u0301', '\r\n '])
		withoutUnseen(`a${part.repeat(30_000)}x`);
	expect(spent()).toBeLessThan(2000);
});
