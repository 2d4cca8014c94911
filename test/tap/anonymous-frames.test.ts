import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

/** Which message of these frames a notification is taken for, by its place; null for none. */
async function open() {
	const { frameShownBy, isSoundAnonymous, noteFrame, setNotices } = await import('../../src/tap/anonymous-frames.ts');
	const [{ nostrGate }, { xmppGate }] = await Promise.all([import('../../src/tap/nostr-gate.ts'), import('../../src/tap/xmpp-gate.ts')]);
	const frames: string[] = [];
	setNotices(true);
	return {
		come(frame: string) {
			frames.push(frame);
			noteFrame(frame.startsWith('[') ? nostrGate() : xmppGate(), 'wss://chat.test/', frame);
		},
		taken(title: string, body: string) {
			const frame = frameShownBy(title, body);
			return frame && frames.indexOf(frame.data);
		},
		isSoundAnonymous,
		setNotices,
		frameShownBy,
	};
}

const envelope = '<anonymous xmlns="urn:x-bauta:1">AAAA</anonymous>';
const stanza = (nick: string, text: string, more = envelope) =>
	`<message xmlns="jabber:client" type="groupchat" id="x" from="lobby@muc.chat.test/${nick}"><body>${text}</body>${more}</message>`;
const comment = (content: string, tags: string[][] = [['bauta', 'AAAA']], kind = 1111) =>
	JSON.stringify(['EVENT', 's', { kind, tags, content }]);

beforeEach(() => {
	vi.useFakeTimers({ now: 1_795_291_110_000 });
	vi.resetModules();
});
afterEach(() => void vi.useRealTimers());

describe('a notification is one of an anonymous message', () => {
	test('where its text is there as web chats write it, with who wrote it', async () => {
		const page = await open();
		const long = 'The heating in the reading room has been off for three weeks.';
		page.come(stanza('Anonymous maple', long));
		for (const [title, body] of [
			['Anonymous maple says', long],
			['#lobby (Anonymous maple)', long],
			['#lobby', `Anonymous maple: ${long}`],
			['Anonymous maple', 'The heating in the reading room has…'],
			['#lobby', 'Anonymous maple: The heating in the reading room has…'],
			['Anonymous maple', 'The heating in the reading room ...'],
			['Anonymous maple says', ` The heating  in the\nreading room has been off for three weeks. `],
			[`Anonymous maple: ${long}`, ''],
		] as const)
			expect([title, body, page.taken(title, body)]).toEqual([title, body, 0]);
	});

	test('and no other is taken', async () => {
		const page = await open();
		page.come(stanza('Anonymous maple', 'Who has the key?'));
		for (const [title, body] of [
			// somebody else with the very words, and who wrote it with others
			['bob says', 'Who has the key?'],
			['Anonymous maple says', 'Who has the keys?'],
			['Anonymous maple says', 'Who'],
			['Anonymous maple says', 'Who…'],
			['Anonymous maple says', ''],
			['Anonymous mapleton says', 'Who has the key?'],
			['#lobby', 'Anonymous maple asks: Who has the key?'],
			['#lobby', 'bob: Anonymous maple: Who has the key?'],
			['Anonymous maple says', 'bob: Who has the key?'],
		] as const)
			expect([title, body, page.taken(title, body)]).toEqual([title, body, null]);
		page.come(stanza('bob', 'I have it', ''));
		expect(page.taken('bob says', 'I have it')).toBe(null);
		// its mark is words here, and no element
		page.come(stanza('bob', '&lt;anonymous xmlns="urn:x-bauta:1"&gt;', ''));
		expect(page.taken('bob says', '<anonymous xmlns="urn:x-bauta:1">')).toBe(null);
	});

	test('not where somebody put another’s name, or a text that many end with, into a message of their own', async () => {
		const page = await open();
		const other = 'from="lobby@muc.chat.test/bob"';
		const tag = (attributes: string) => `<message type="groupchat" ${attributes}><body>yes</body>`;
		const archived = `<result xmlns="urn:xmpp:mam:2"><forwarded xmlns="urn:xmpp:forward:0"><message ${other}><body>yes</body></message></forwarded></result>`;
		for (const frame of [
			`${tag('from="lobby@muc.chat.test/eve"')}<q ${other}/>${envelope}</message>`,
			`${tag(`id=' ${other}' from="lobby@muc.chat.test/eve"`)}${envelope}</message>`,
			`<message type="groupchat" from="lobby@muc.chat.test/eve">${archived}${envelope}</message>`,
			`<iq from="lobby@muc.chat.test/eve">${tag(other)}${envelope}</message></iq>`,
			`<presence from="lobby@muc.chat.test/eve">${tag(other)}${envelope}</message></presence>`,
			`<message from="lobby@muc.chat.test/eve"><sent><forwarded>${tag(other)}${envelope}</message></forwarded></sent></message>`,
			stanza('b', 'yes'),
			stanza('bo', 'yes'),
			stanza('o', 's'),
			stanza('eve', 'yes', `<bob ${other}/>${envelope}`),
			comment('s'),
		])
			page.come(frame);
		for (const [title, body] of [
			['bob says', 'yes'],
			['#lobby', 'bob: yes'],
			['bob says', 'I say yes'],
			['bob', 'oh yes'],
		] as const)
			expect([title, page.taken(title, body)]).toEqual([title, null]);
	});

	test('with characters that XML writes otherwise, without what it quotes, and as one stanza of many', async () => {
		const page = await open();
		page.come(stanza('O&apos;Hara', 'a &lt; b &#38; c'));
		expect(page.taken("O'Hara says", 'a < b & c')).toBe(0);
		page.come(stanza('Anonymous fig', '&gt; what bob said\n&gt; and more\nNo.'));
		expect(page.taken('Anonymous fig', 'No.')).toBe(1);
		const many = `<body xmlns='http://jabber.org/protocol/httpbind'>${stanza('bob', 'one', '')}${stanza('Anonymous elm', 'two')}</body>`;
		page.come(many);
		const frame = page.frameShownBy('Anonymous elm says', 'two');
		expect(frame?.data).toContain('two');
		// what is handed over of it is that one message
		expect(frame?.data).not.toContain('one');
		expect(page.taken('bob says', 'one')).toBe(null);
	});

	test('also one of the room’s archive, by who sent it then', async () => {
		const page = await open();
		const result = `<result xmlns='urn:xmpp:mam:2'><forwarded xmlns='urn:xmpp:forward:0'>${stanza('Anonymous elm', 'from then')}</forwarded></result>`;
		page.come(`<message from='lobby@muc.chat.test' to='alice@chat.test/x'>${result}</message>`);
		expect(page.taken('Anonymous elm says', 'from then')).toBe(0);
	});

	test('on Nostr by its text alone, which has nobody’s name', async () => {
		const page = await open();
		page.come(comment('Who has the key?'));
		expect(page.taken('New comment', 'Who has the key?')).toBe(0);
		const long = 'The heating in the reading room has been off for three weeks.';
		page.come(comment(long));
		expect(page.taken('New comment', 'The heating in the reading room has…')).toBe(1);
		expect(page.taken('bob', 'the answer to: Who has the key?')).toBe(null);
		expect(page.taken('bob', `Not true: ${long}`)).toBe(null);
		expect(page.taken('bob', 'The heating in the reading room has')).toBe(null);
		page.come(comment('I have it', [['I', 'https://blog.test/']]));
		expect(page.taken('New comment', 'I have it')).toBe(null);
	});

	test('for a minute, of two alike the later one', async () => {
		const page = await open();
		page.come(stanza('Anonymous elm', 'two'));
		page.come(stanza('Anonymous elm', 'two').replace('id="x"', 'id="y"'));
		expect(page.taken('Anonymous elm', 'two')).toBe(1);
		page.setNotices(true);
		vi.advanceTimersByTime(30_000);
		page.setNotices(true);
		vi.advanceTimersByTime(30_001);
		expect(page.taken('Anonymous elm', 'two')).toBe(null);
	});

	test('while Bauta is there: not before it says so, nor when it has not said so for long', async () => {
		vi.resetModules();
		const page = await open();
		page.setNotices(false);
		page.come(stanza('Anonymous elm', 'three'));
		const isTaken = () => [page.taken('Anonymous elm', 'three') !== null, page.isSoundAnonymous()];
		expect(isTaken()).toEqual([false, false]);
		page.setNotices(true);
		expect(isTaken()).toEqual([true, true]);
		for (let at = 0; at < 5; at++) {
			vi.advanceTimersByTime(10_000);
			page.setNotices(true);
		}
		expect(isTaken()[0]).toBe(true);
		page.come(stanza('Anonymous elm', 'three').replace('id="x"', 'id="y"'));
		vi.advanceTimersByTime(29_000);
		expect(isTaken()[0]).toBe(true);
		vi.advanceTimersByTime(12_000);
		expect(isTaken()[0]).toBe(false);
		// it was only away
		page.setNotices(true);
		expect(isTaken()[0]).toBe(true);
	});

	test('as one of the last messages, however many come', async () => {
		const page = await open();
		for (let at = 0; at < 200; at++) page.come(stanza('Anonymous elm', `message ${at}`));
		expect(page.taken('Anonymous elm', 'message 199')).toBe(199);
		expect(page.taken('Anonymous elm', 'message 0')).toBe(null);
	});

	test('as far as it can be handed over: not too long, and nothing of how the account signs in', async () => {
		const page = await open();
		page.come(stanza('Anonymous elm', 'too long', envelope + '<q/>'.repeat(17_000)));
		page.come(`<body xmlns='http://jabber.org/protocol/httpbind'>${stanza('Anonymous elm', 'beside').repeat(17_000)}</body>`);
		page.come(stanza('Anonymous elm', 'signs in', `${envelope}<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl"/>`));
		expect(page.taken('Anonymous elm', 'too long')).toBe(null);
		expect(page.taken('Anonymous elm', 'beside')).toBe(null);
		expect(page.taken('Anonymous elm', 'signs in')).toBe(null);
	});
});

test('a sound belongs to the last message that came, for a moment', async () => {
	const page = await open();
	expect(page.isSoundAnonymous()).toBe(false);
	const call = '<message from="bob@chat.test/x"><propose xmlns="urn:xmpp:jingle-message:0" id="1"/></message>';
	for (const [anonymous, named] of [
		[stanza('Anonymous elm', 'two'), stanza('bob', 'three', '')],
		[stanza('Anonymous elm', 'two and more'), call],
		[comment('two'), comment('three', [])],
		[comment('two and more'), comment('in private', [], 1059)],
	] as const) {
		page.come(anonymous);
		expect(page.isSoundAnonymous()).toBe(true);
		// no message, and nothing that rings: it may come between an own message and its sound
		page.come('<presence xmlns="jabber:client" from="lobby@muc.chat.test/bob"/>');
		page.come('<message xmlns="jabber:client" type="groupchat" from="lobby@muc.chat.test/bob"><composing/></message>');
		page.come(comment('{}', [], 0));
		expect(page.isSoundAnonymous()).toBe(true);
		page.come(named);
		expect(page.isSoundAnonymous()).toBe(false);
	}
	page.come(stanza('Anonymous elm', 'four'));
	vi.advanceTimersByTime(1501);
	expect(page.isSoundAnonymous()).toBe(false);
});

describe('whatever a server sends and a page shows', () => {
	test('nothing is thrown', async () => {
		const page = await open();
		const pieces = [
			'<',
			'>',
			'"',
			"'",
			'/',
			'=',
			' ',
			'<body',
			'<message',
			' from=',
			envelope,
			'</body>',
			'["EVENT"',
			'"bauta"',
			'"kind":1',
			'x',
		];
		fc.assert(
			fc.property(fc.array(fc.constantFrom(...pieces)), fc.string(), (parts, words) => {
				page.come(parts.join(''));
				page.taken(words, parts.join(''));
			}),
		);
		page.come(`["EVENT","s",{"kind":1,"bauta":"bauta"`);
		expect(page.taken('x', 'x')).toBe(null);
	});

	test('it takes no longer than its length asks for', async () => {
		const page = await open();
		vi.useRealTimers();
		const fill = (piece: string) => piece.repeat(Math.floor(100_000 / piece.length));
		const pieces = [
			'<message ',
			'<message "',
			`<message '"`,
			'<forwarded',
			'&a',
			' ',
			'\n',
			'…',
			"<a b='",
			'<body>',
			'urn:xmpp:mam:',
			' from="a/b"',
			'x',
		];
		const began = process.cpuUsage();
		for (const piece of pieces) {
			const text = fill(piece);
			page.come(text);
			page.come(`<message from="lobby@muc.chat.test/${text}"><body>${text}</body>${envelope}`);
			page.come(`<message ${text}`);
			page.come(`<message from="a"><result xmlns="urn:xmpp:mam:2"><forwarded>${text}`);
			page.come(comment(text));
			page.come(stanza('x', piece.replaceAll('<', '&lt;')));
			for (let at = 0; at < 3; at++) page.taken(fill(`${piece}x`), fill(piece));
		}
		// what grows by the square takes tens of seconds here
		expect(process.cpuUsage(began).user / 1000).toBeLessThan(8000);
	});
});
