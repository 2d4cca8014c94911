import { expect, test } from 'vitest';
import { callsSomebody, commandIn, namesEmoji } from '../../src/composer/commands.ts';
import { isVisible } from '../../src/platform/visible.ts';

test.each([
	['/nick Alice Cooper', 'command'],
	['/KICK nobody7', 'command'],
	['  /help', 'command'],
	['/topic: tea', 'command'],
	['/me waves', null],
	['/me', null],
	['/mean it', 'like-command'],
	['/msg bob it was me', 'like-command'],
	['/quit', 'like-command'],
	['/etc/hosts has it', null],
	['/2 of us', null],
	['and/or', null],
	['https://chat.test/help', null],
	['see /help', null],
])('%j in Converse.js: %s', (text, kind) => expect(commandIn(text, 'converse')).toBe(kind));

test('a chat that has no commands of its own, or is not known, asks back all the same', () => {
	for (const frontend of ['chachi', 'constructor', '']) expect(commandIn('/nick x', frontend)).toBe('like-command');
});

test('a call by @ is told from an address, an emoji’s name from a time and a port', () => {
	expect(['hi @bob', '@Ünal', '(@bob)', 'bob@chat.test', 'a @ b', 'mail @'].map(callsSomebody)).toEqual([
		true,
		true,
		true,
		false,
		false,
		false,
	]);
	expect([':smile:', 'ok :thumbs_up: then', ':+1:', '10:30:00', 'a:b:c', 'note: this: that'].map(namesEmoji)).toEqual([
		true,
		true,
		true,
		false,
		false,
		false,
	]);
});

test('blanks, marks for formatting and fillers show nothing; letters, signs and emoji of any age do', () => {
	expect(
		['\u200b\u200b', ' \u00ad\u2060', '\u3164\u115f', '\u2800', '\u{e0041}', '\ufe0f', '\u202e\u2066', '\u0000'].filter(isVisible),
	).toEqual([]);
	const seen = ['a', '.', '🙂', '\u{1fae9}', '\u{e000}', '\u0301', '₿', '👩‍👧'];
	expect(seen.filter(isVisible)).toEqual(seen);
});
