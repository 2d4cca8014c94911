import { describe, expect, test } from 'vitest';
import { archivedMessage, isShownAs, pickAnswered } from '../../src/networks/answered.ts';

describe('what a page showed of a message', () => {
	test.each([
		['hello', 'hello'],
		['Hello, *world*', 'Hello, world'],
		['see https://a.test/x?y=1 for more on this', 'see a.test for more on this'],
		['good :smile: morning everybody', 'good 😄 morning everybody'],
		['nostr:npub1qqqq what do you think?', '@alice what do you think?'],
		['/me waves at them', 'waves at them'],
		['> what was said before\nno, it was not', 'no, it was not'],
		['👍', '👍\ufe0f'],
		['a long text that goes on and on and on', 'a long text that goes on and on'],
		['https://a.test/x', 'https://a.test/x'],
		['ok :smile:', 'ok 😄'],
	])('%j may be shown as %j', (body, shown) => expect(isShownAs(shown, body)).toBe(true));

	test.each([
		['hello', 'good morning'],
		['hello', ''],
		['hello', '\u200b'],
		['', 'hello'],
		['ok', 'yes'],
		['k', 'ok'],
		['ok', 'k'],
		['o', 'look at this, all of you who are here'],
		['look at this, all of you who are here', 'o'],
		['👍', '🎉'],
		['', '\u200b'],
		['a long text that goes on and on', 'and on'],
		['see https://a.test/x', 'see what the others said of you'],
		['see https://a.test/x and then tell us', 'tell us'],
	])('%j is not shown as %j', (body, shown) => expect(isShownAs(shown, body)).toBe(false));
});

test('a page chooses among the room’s messages by no id and no text of its own making', () => {
	const messages = ['k', 'o', 'ok', 'ok', 'look at this', 'a'].map((body, at) => ({
		id: `m${at}`,
		author: at === 3 ? 'carol' : 'bob',
		body,
	}));
	const texts = ['k', 'o', 'ok', 'look at this', 'look', 'a', ''];
	const picked = new Map<string, Set<string | null>>();
	for (const author of ['bob', 'carol', 'dave', undefined])
		for (const text of texts)
			for (const { id } of messages) {
				const key = `${author}: ${text}`;
				const one = pickAnswered({ id, text, archived: true, ...(author && { author }) }, messages);
				if (one !== null) picked.set(key, (picked.get(key) ?? new Set()).add(one));
			}
	// what is answered follows from what people see, and from nothing else
	for (const ids of picked.values()) expect(ids.size).toBe(1);
	expect(picked.has('undefined: ok')).toBe(false);
	expect([...(picked.get('bob: ok') ?? [])]).toEqual(['m2']);
	expect(picked.has('bob: look')).toBe(false);
});

test('the archive’s copy is one line each, without signs that turn or hide', () => {
	const copy = archivedMessage('s1', 'Bob\u202eevil\n', `first\nsecond ${'x'.repeat(300)}`, false);
	expect(copy.author).toBe('Bob evil');
	expect(copy.excerpt).toMatch(/^first second x+$/);
	expect([...copy.excerpt]).toHaveLength(200);
});
