import { describe, expect, test } from 'vitest';
import { archivedMessage, isShownAs } from '../../src/networks/answered.ts';

describe('what a page showed of a message', () => {
	test.each([
		['hello', 'hello'],
		['Hello, *world*', 'Hello, world'],
		['see https://a.test/x?y=1 for more on this', 'see a.test for more on this'],
		['good :smile: morning everybody', 'good 😄 morning everybody'],
		['nostr:npub1qqqq what do you think?', '@alice what do you think?'],
		['/me waves at them', 'waves at them'],
		['> what was said before\nno, it was not', 'no, it was not'],
		['👍', '🎉'],
		['a long text that goes on and on', 'a long text that goes'],
	])('%j may be shown as %j', (body, shown) => expect(isShownAs(shown, body)).toBe(true));

	test.each([
		['hello', 'good morning'],
		['hello', ''],
		['hello', '\u200b'],
		['', 'hello'],
		['ok', 'yes'],
	])('%j is not shown as %j', (body, shown) => expect(isShownAs(shown, body)).toBe(false));
});

test('the archive’s copy is one line each, without signs that turn or hide', () => {
	const copy = archivedMessage('s1', 'Bob\u202eevil\n', `first\nsecond ${'x'.repeat(300)}`, false);
	expect(copy.author).toBe('Bob evil');
	expect(copy.excerpt).toMatch(/^first second x+$/);
	expect([...copy.excerpt]).toHaveLength(200);
});
