import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BautaError } from '../../../src/messages/errors.ts';
import { JoinHistory } from '../../../src/networks/xmpp/answered.ts';
import { traffic } from '../../../src/networks/xmpp/traffic.ts';
import { passGate, passMessage } from '../../../src/networks/xmpp/wire/gate.ts';
import { roomId } from '../../../src/networks/xmpp/wire/jid.ts';
import { readMessage, unixTime } from '../../../src/networks/xmpp/wire/messages.ts';
import { readFrame } from '../../../src/networks/xmpp/wire/page-traffic.ts';
import { readShown } from '../../../src/networks/xmpp/wire/shown.ts';
import { askArchive, groupMessage, joinRoom, openStream } from '../../../src/networks/xmpp/wire/stanzas.ts';
import { childOf, parseFrame, parseXml, textOf, writeXml, type XmlElement } from '../../../src/networks/xmpp/wire/xml.ts';
import { anyCharacter } from '../../any-character.ts';
import { leastTime, startProcessorClock } from '../../processor-time.ts';

const wire = 'Ab-_'.repeat(53);
const room = 'lobby@muc.chat.test';
const expected = { room, id: 'x1', text: 'hello', wire, replyTo: '' };
const frameOf = (fields = expected) => writeXml(groupMessage(fields.room, fields.id, fields.text, fields.wire, fields.replyTo));
const url = 'wss://chat.test/xmpp-websocket';
const incoming = (data: string) => readFrame({ direction: 'in', url, data }, 1000);
const refuses = (run: () => unknown, code: string) => {
	try {
		run();
	} catch (thrown) {
		expect(thrown).toBeInstanceOf(BautaError);
		expect((thrown as BautaError).code).toBe(code);
		return;
	}
	throw new Error('nothing was refused');
};

describe('XML', () => {
	test('every text that XML can carry comes back as it was', () => {
		const text = fc.string({ unit: anyCharacter, maxLength: 200 });
		fc.assert(
			fc.property(text, text, (one, other) => {
				let written: string;
				try {
					written = writeXml({ name: 'body', namespace: 'jabber:client', attributes: new Map([['id', one]]), children: [other] });
				} catch (thrown) {
					expect((thrown as BautaError).code).toBe('text-control');
					return;
				}
				const read = parseXml(written);
				expect(read.attributes.get('id')).toBe(one);
				expect(textOf(read)).toBe(other);
			}),
			{ numRuns: 2000 },
		);
	});

	test.each([
		['a DOCTYPE', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
		['an entity beyond the five', '<a>&nbsp;</a>'],
		['a processing instruction', '<a><?php 1 ?></a>'],
		['a comment', '<a><!-- hidden --></a>'],
		['a declaration', '<?xml version="1.0"?><a/>'],
		['two elements', '<a/><b/>'],
		['an unbound prefix', '<x:a/>'],
		['an open end', '<a><b></b>'],
		['depth', '<a>'.repeat(40) + '</a>'.repeat(40)],
		['a crowd', `<a>${'<b/>'.repeat(6000)}</a>`],
		['length', `<a>${'x'.repeat(1_100_000)}</a>`],
		['nothing', ''],
	])('refuses %s', (_, text) => refuses(() => parseXml(text), 'bad-answer'));
});

describe('limits are each stanza’s own', () => {
	const presence = (at: number) =>
		`<presence xmlns='jabber:client' from='${room}/person-${at}' to='a@b/c'><show>away</show><status>at work</status><priority>5</priority>` +
		"<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://conversejs.org' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/>" +
		"<x xmlns='vcard-temp:x:update'><photo>0a0b0c0d0e0f000102030405060708090a0b0c0d</photo></x>" +
		"<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='participant'/></x></presence>";
	const body = (...stanzas: string[]) => `<body xmlns='http://jabber.org/protocol/httpbind' sid='s'>${stanzas.join('')}</body>`;
	const names = (text: string) => parseFrame(text).stanzas.map(({ attributes }) => attributes.get('from') ?? attributes.get('id'));
	const crowded = (name: string, id: string, inner: string) => `<${name} xmlns='jabber:client' id='${id}'>${inner}</${name}>`;

	test('a BOSH body holds 5,000 people', () => {
		const people = Array.from({ length: 5000 }, (_, at) => presence(at));
		const text = body(...people);
		expect(text.length).toBeGreaterThan(2_000_000);
		expect(parseFrame(text)).toMatchObject({ body: { attributes: new Map([['sid', 's']]) }, stanzas: { length: 5000 } });
		expect(names(text).at(-1)).toBe(`${room}/person-4999`);
	});

	test.each([
		['elements', '<b/>'.repeat(6000)],
		['depth', '<b>'.repeat(40) + '</b>'.repeat(40)],
		['attributes', `<b ${Array.from({ length: 70 }, (_, at) => `a${at}=''`).join(' ')}/>`],
		['text', 'x'.repeat(1_100_000)],
	])('a stanza with too much of %s is left out, and those beside it stay: anybody in a room could send one', (_, inner) => {
		for (const name of ['presence', 'message']) {
			const large = crowded(name, 'large', inner);
			expect(names(body(presence(1), large, presence(2)))).toEqual([`${room}/person-1`, `${room}/person-2`]);
			// over WebSocket it comes alone
			expect(parseFrame(large)).toEqual({ body: null, stanzas: [] });
		}
		// what was asked for has to be told from silence
		const answer = crowded('iq', 'large', inner);
		for (const text of [answer, body(presence(1), answer)]) refuses(() => parseFrame(text), 'bad-answer');
	});

	const prefixes = (count: number) => Array.from({ length: count }, (_, at) => `xmlns:p${at}='u'`).join(' ');

	test.each([
		['in each other', '<b>'.repeat(100_000) + '</b>'.repeat(100_000)],
		['in each other, of one namespace', `<b ${prefixes(1)}>${'<p0:b>'.repeat(60_000)}${'</p0:b>'.repeat(60_000)}</b>`],
		['in each other, with attributes of a namespace', `<b ${prefixes(1)}>${"<b p0:a=''>".repeat(60_000)}${'</b>'.repeat(60_001)}`],
		[
			'in each other, of many namespaces',
			`<b ${prefixes(3000)}>${Array.from({ length: 20 }, () => Array.from({ length: 3000 }, (_, at) => `<p${at}:b>`).join('')).join('')}`,
		],
		['after each other', '<b/>'.repeat(200_000)],
	])('elements %s take no time that grows with the square of their number: anybody in a room could send them', (_, inner) => {
		const spent = startProcessorClock();
		try {
			parseFrame(body(presence(1), crowded('message', 'large', inner), presence(2)));
		} catch (thrown) {
			expect(thrown).toMatchObject({ code: 'bad-answer' });
		}
		expect(spent()).toBeLessThan(2000);
	});

	test.each([
		['more prefixes than anybody needs', Array.from({ length: 101 }, (_, at) => `xmlns:p${at}='urn:${at}' p${at}:a=''`).join(' ')],
		['a space', "xmlns:p=' ' p:a=''"],
		['that of XML, and a space', "xmlns:p='http://www.w3.org/XML/1998/namespace ' p:a=''"],
		['that of declarations, and a space', "xmlns:p='http://www.w3.org/2000/xmlns/ ' p:a=''"],
		['one twice, but for a space', "xmlns:p='urn:a' xmlns:q='urn:a ' p:a='' q:a=''"],
	])('a namespace that servers hand on takes away no frame: %s', (_, declarations) => {
		const message = `<message xmlns='jabber:client'><x ${declarations}/></message>`;
		expect(() => parseFrame(message)).not.toThrow();
		expect(names(body(presence(1), message, presence(2)))).toEqual(expect.arrayContaining([`${room}/person-1`, `${room}/person-2`]));
	});

	test('a prefix stands for what the innermost element around it says, and for nothing outside of that', () => {
		const { children } = parseXml("<a xmlns='u' xmlns:p='v'><p:b xmlns:p='w'><p:c/></p:b><p:d/><e xmlns=''><f/></e><xml:g/></a>");
		const namespacesIn = (element: XmlElement | string | undefined): unknown =>
			typeof element === 'object' && [element.name, element.namespace, ...element.children.map(namespacesIn)];
		expect(children.map(namespacesIn)).toEqual([
			['b', 'w', ['c', 'w']],
			['d', 'v'],
			['e', '', ['f', '']],
			['g', ''],
		]);
		for (const text of ['<p:a/>', "<a><b xmlns:p='u'/><p:c/></a>"]) refuses(() => parseXml(text), 'bad-answer');
	});

	test('too much on a stanza itself takes away no other', () => {
		const large = `<presence xmlns='jabber:client' ${Array.from({ length: 70 }, (_, at) => `a${at}=''`).join(' ')}/>`;
		expect(names(body(presence(1), large))).toEqual([`${room}/person-1`]);
	});
});

describe('the gate', () => {
	test('lets what Bauta writes pass, and reads every field back', () => {
		passMessage(frameOf(), expected);
		const awkward = { ...expected, text: 'a <b> & "c"\n\t\'d\' 🎭', replyTo: 'x/y=z' };
		passMessage(frameOf(awkward), awkward);
		for (const stanza of [openStream('anon.chat.test'), joinRoom(`${room}/Anonymous maple river`), askArchive('q', room, 100, 'id&1')])
			passGate(writeXml(stanza));
	});

	test.each(['x"y<z>', 'a b', 'n\u00efck', 'ACCOUNT;SESSION', 'a'.repeat(129)])('holds back an original message called %j', (replyTo) => {
		const answer = { ...expected, replyTo };
		refuses(() => passMessage(frameOf(answer), answer), 'gate-refused');
	});

	test('holds back another answered message than the room showed', () => {
		const answer = { ...expected, replyTo: 'shown' };
		for (const replyTo of ['', 'other'])
			refuses(() => passMessage(frameOf({ ...answer, replyTo: 'page' }), { ...answer, replyTo }), 'gate-refused');
	});

	test.each([
		['another attribute', (frame: string) => frame.replace('<message ', '<message from="alice@chat.test" ')],
		['a language', (frame: string) => frame.replace('<body>', '<body xml:lang="ar">')],
		[
			'another element',
			(frame: string) => frame.replace('</message>', '<active xmlns="http://jabber.org/protocol/chatstates"/></message>'),
		],
		['the same element in another namespace', (frame: string) => frame.replace('urn:x-bauta:1', 'urn:x-bauta:2')],
		['two bodies', (frame: string) => frame.replace('</body>', '</body><body>again</body>')],
		['an idle declaration', (frame: string) => frame.replace('<message ', '<message xmlns:mark="urn:mark" ')],
		['another order', (frame: string) => frame.replace('type="groupchat" id="x1"', 'id="x1" type="groupchat"')],
		['white space', (frame: string) => frame.replace('<body>', '\n<body>')],
		['other quotes', (frame: string) => frame.replace('id="x1"', "id='x1'")],
		['text between elements', (frame: string) => frame.replace('</body>', '</body>x')],
		['a shorter wire form', (frame: string) => frame.replace(wire, wire.slice(4))],
		['another room', (frame: string) => frame.replace('lobby@', 'other@')],
		['a private message', (frame: string) => frame.replace('groupchat', 'chat')],
		['changed text', (frame: string) => frame.replace('hello', 'hallo')],
	])('stops %s', (_, change) => {
		const changed = change(frameOf());
		expect(changed).not.toBe(frameOf());
		refuses(() => passMessage(changed, expected), 'gate-refused');
	});
});

describe('reading', () => {
	const message = (more = '', from = `${room}/nick`) =>
		`<message xmlns="jabber:client" type="groupchat" id="x1" from="${from}"><body>hi</body><anonymous xmlns="urn:x-bauta:1">${wire}</anonymous>${more}</message>`;
	const delay = (from: string) => `<delay xmlns="urn:xmpp:delay" from="${from}" stamp="2026-11-21T10:00:00Z"/>`;
	const read = (data: string) => incoming(data).messages[0];

	test('a live message', () => {
		const stanzaId = `<stanza-id xmlns="urn:xmpp:sid:0" by="${room}" id="s1"/><stanza-id xmlns="urn:xmpp:sid:0" by="evil@muc.chat.test" id="s2"/>`;
		expect(read(message(`<reply xmlns="urn:xmpp:reply:0" id="r1" to="${room}/a"/>${stanzaId}`))).toEqual({
			room: `xmpp:${room}`,
			id: 'x1',
			archiveId: 's1',
			author: `${room}/nick`,
			bodies: ['hi'],
			replyTo: 'r1',
			time: 1000,
			wires: [wire],
		});
	});

	describe('the time', () => {
		const stamped = Date.UTC(2026, 10, 21, 10) / 1000;
		const page = 'a page';
		const hear = (data: string, of = page) => readFrame({ direction: 'in', url, data }, 1000, of).messages[0]?.time;
		const self = (type = '') =>
			`<presence xmlns="jabber:client" from="${room}/me" to="a@b"${type}><x xmlns="http://jabber.org/protocol/muc#user"><status code="110"/></x></presence>`;
		const subject = `<message xmlns="jabber:client" type="groupchat" from="${room}" to="a@b"><subject/></message>`;
		const reconnect = () => readFrame({ direction: 'out', url, data: writeXml(openStream('chat.test')) }, 1000, page);

		test('is the room’s stamp in the history that it sends to who joins, not a sender’s', () => {
			reconnect();
			hear(self());
			expect(hear(message(delay(room)))).toBe(stamped);
			expect(hear(message(delay(`${room}/nick`)))).toBe(1000);
			expect(hear(message(delay('evil@chat.test')))).toBe(1000);
			expect(hear(message(delay(room)), 'another page')).toBe(1000);
		});

		test('of a live message is when it comes: a sender could write any stamp, in the room’s name too', () => {
			expect(read(message(delay(room)))?.time).toBe(1000);
			reconnect();
			hear(self());
			hear(subject);
			expect(hear(message(delay(room)))).toBe(1000);
			// the account’s own presence comes again whenever it changes
			hear(self());
			expect(hear(message(delay(room)))).toBe(1000);
		});

		test('is the room’s again where it is joined anew, after it was left and on a new stream', () => {
			for (const again of [() => hear(self(' type="unavailable"')), reconnect]) {
				reconnect();
				for (const data of [self(), subject]) hear(data);
				again();
				hear(self());
				expect(hear(message(delay(room)))).toBe(stamped);
			}
		});

		test('of the server is read where the page asks for it, of nobody else', () => {
			const answer = (from: string) =>
				`<iq xmlns="jabber:client" type="result" id="1" from="${from}"><time xmlns="urn:xmpp:time"><tzo>+00:00</tzo><utc>2026-11-21T10:00:00Z</utc></time></iq>`;
			const clock = (from: string) => readFrame({ direction: 'in', url, data: answer(from) }, 1000).clock;
			expect([clock('chat.test'), clock('bob@chat.test'), clock(`${room}/bob`)]).toEqual([stamped, undefined, undefined]);
		});
	});

	test('without an envelope, from who is called as anonymous authors are alone', () => {
		const bare = (nick: string) =>
			`<message xmlns="jabber:client" type="groupchat" from="${room}/${nick}" id="m"><body>hi</body></message>`;
		expect(read(bare('Anonymous maple river'))).toMatchObject({
			author: `${room}/Anonymous maple river`,
			id: 'm',
			bodies: ['hi'],
			wires: [],
		});
		expect(read(bare('maple river'))).toBeUndefined();
	});

	test('a message from the archive, only from the room’s own', () => {
		const archived = (from: string) =>
			`<message xmlns="jabber:client" from="${from}" to="a@b"><result xmlns="urn:xmpp:mam:2" queryid="q" id="a1"><forwarded xmlns="urn:xmpp:forward:0">${delay('x')}${message(delay(room).replace('2026', '2020'))}</forwarded></result></message>`;
		expect(read(archived(room))).toMatchObject({ archiveId: 'a1', time: Date.UTC(2026, 10, 21, 10) / 1000, author: `${room}/nick` });
		expect(read(archived('other@muc.chat.test'))).toBeUndefined();
	});

	test('of several bodies and wire forms all are told, so that the protocol refuses them', () => {
		expect(read(message('<body xml:lang="en">ho</body>'))?.bodies).toEqual(['hi', 'ho']);
		expect(read(message(`<anonymous xmlns="urn:x-bauta:1">${wire}</anonymous>`))?.wires).toHaveLength(2);
		expect(read(message('<anonymous xmlns="urn:x-bauta:1"><b/></anonymous>'))?.wires).toEqual([wire, '<']);
		// an element deeper inside is no wire form of this message
		expect(read(message(`<x xmlns="urn:other"><anonymous xmlns="urn:x-bauta:1">${wire}</anonymous></x>`))?.wires).toHaveLength(1);
	});

	test('what is none of a room’s says nothing', () => {
		expect(read(message().replace('groupchat', 'chat'))).toBeUndefined();
		expect(read(message('', room))).toBeUndefined();
		expect(read(message().replaceAll('urn:x-bauta:1', 'urn:other'))).toBeUndefined();
	});

	test('a BOSH body holds several stanzas', () => {
		const body = `<body xmlns="http://jabber.org/protocol/httpbind">${message()}${message().replace('x1', 'x2')}</body>`;
		const reading = readFrame({ direction: 'in', url: 'https://chat.test/http-bind', data: body }, 1000);
		expect(reading.messages.map(({ id }) => id)).toEqual(['x1', 'x2']);
		expect(reading.hints.bosh).toBe('https://chat.test/http-bind');
		expect(parseFrame(body).stanzas.map((stanza) => readMessage(stanza, 1)?.id)).toEqual(['x1', 'x2']);
	});

	test('hints: endpoint, topic, own nick; nothing that a server told the account, no more of an address than is plain', () => {
		expect(readFrame({ direction: 'out', url, data: writeXml(openStream('chat.test')) }, 0).hints).toEqual({ websocket: url });
		for (const token of ['?token=alice', '/alice', '#alice'])
			expect(readFrame({ direction: 'out', url: `wss://alice:pw@chat.test/ws${token}`, data: '<a/>' }, 0).hints.websocket).toMatch(
				/^wss:\/\/chat\.test(\/ws)?$/,
			);
		const items = `<iq xmlns="jabber:client" type="result" from="chat.test"><query xmlns="http://jabber.org/protocol/disco#items"><item jid="anon.chat.test"/><item jid="${room}"/></query></iq>`;
		const bound = `<iq xmlns="jabber:client" type="result"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><jid>alice@chat.test/r</jid></bind></iq>`;
		for (const told of [items, bound]) expect(incoming(told).hints).toEqual({ websocket: url });
		const subject = `<message xmlns="jabber:client" type="groupchat" from="${room}/alice"><subject>no-anonymous please</subject></message>`;
		expect(incoming(subject).topics).toEqual({ [`xmpp:${room}`]: 'no-anonymous please' });
		expect(incoming(subject.replace('<subject>', '<body>x</body><subject>')).topics).toEqual({});
		const self = `<presence xmlns="jabber:client" from="${room}/alice"><x xmlns="http://jabber.org/protocol/muc#user"><status code="110"/></x></presence>`;
		expect(incoming(self).nicks).toEqual({ [`xmpp:${room}`]: 'alice' });
		expect(incoming(self.replace('110', '100')).nicks).toEqual({});
	});
});

test('room ids', () => {
	expect(roomId('Lobby@MUC.chat.test')).toBe('xmpp:lobby@muc.chat.test');
	// as Prosody and ejabberd send them, whichever way a page, a link or a person writes them
	for (const [prepared, ...written] of [
		[
			'über@konferenz.bücher.example',
			'ÜBER@Konferenz.BÜCHER.example',
			'u\u0308ber@konferenz.xn--bcher-kva.example.',
			'Über@KONFERENZ.XN--BCHER-KVA.example',
		],
		['οδοσ@muc.chat.test', 'ΟΔΟΣ@muc.chat.test'],
		['чат@конференция.пример', 'ЧАТ@xn--e1aajfpcds8ay4h.xn--e1afmkfd', 'Чат@КОНФЕРЕНЦИЯ。ПРИМЕР'],
		['聊天@例え.jp', '聊天@xn--r8jz45g.jp'],
		['abc@muc.chat.test', '\uff21\uff22\uff23@muc.chat.test'],
		// left to the server: one prepares it to ss, another keeps it
		['straße@muc.chat.test', 'Straße@muc.chat.test'],
		['a@xn--.test', 'a@xn--.test'],
		['a@xn--\u00fc.test', 'A@xn--\u00fc.test'],
	] as const)
		for (const address of [prepared, ...written]) expect(roomId(address), address).toBe(`xmpp:${prepared}`);
	refuses(() => roomId('lobby@muc.chat.test/alice'), 'room-private');
	for (const address of ['', 'lobby', '@x', 'a@', 'a b@c', 'a@b@c']) refuses(() => roomId(address), 'room-gone');
	expect(unixTime('2026-11-21T10:00:00.5+01:00')).toBe(Date.UTC(2026, 10, 21, 9) / 1000);
	expect(unixTime('yesterday')).toBeNull();
	const hosts = (websocket: string) => traffic.hosts('xmpp:lobby@muc.chat.test', { origin: 'https://web.test', websocket });
	expect(hosts('wss://xmpp.chat.test/xmpp-websocket')).toEqual(['https://xmpp.chat.test']);
	for (const strange of ['wss://evil.test/xmpp-websocket', 'wss://alice.chat.test/ws', 'wss://web.test:5281/ws'])
		expect(hosts(strange)).toEqual([]);
});

describe('fuzz', () => {
	const runs = 10_000;
	/** ms of work that no input may take */
	const slowLimit = 50;
	const seeds = [
		frameOf(),
		`<body xmlns="http://jabber.org/protocol/httpbind" sid="1">${frameOf()}</body>`,
		`<message xmlns="jabber:client" from="${room}"><result xmlns="urn:xmpp:mam:2" id="a"><forwarded xmlns="urn:xmpp:forward:0"><delay xmlns="urn:xmpp:delay" stamp="2026-01-01T00:00:00Z"/>${frameOf().replace('to=', 'from=')}</forwarded></result></message>`,
		`<iq xmlns="jabber:client" type="result" from="a.b"><query xmlns="http://jabber.org/protocol/disco#items"><item jid="c.d"/></query></iq>`,
	];
	const pieces = [
		'<',
		'>',
		'/',
		'"',
		"'",
		'&',
		'&#0;',
		'&lt;',
		'<![CDATA[',
		']]>',
		'<!--',
		'\0',
		'xmlns:x="y"',
		'\uD800',
		'<a>',
		'</a>',
		' ',
	];
	const mutated = fc
		.tuple(
			fc.constantFrom(...seeds),
			fc.array(fc.tuple(fc.nat(), fc.nat(40), fc.constantFrom(...pieces, '')), { minLength: 1, maxLength: 6 }),
		)
		.map(([seed, cuts]) =>
			cuts.reduce((text, [at, length, piece]) => {
				const from = at % (text.length + 1);
				return text.slice(0, from) + piece + text.slice(from + length);
			}, seed),
		);
	const input = fc.oneof({ weight: 3, arbitrary: mutated }, { weight: 1, arbitrary: fc.string({ unit: anyCharacter, maxLength: 400 }) });

	test.each([
		['parseXml', (text: string) => parseXml(text)],
		['readFrame', (text: string) => incoming(text)],
		['passGate', (text: string) => passGate(text)],
		['roomId', (text: string) => roomId(text)],
	])('%s: a value or a typed error, never slow', (name, run) => {
		let slowest = 0;
		let values = 0;
		fc.assert(
			fc.property(input, (text) => {
				const read = () => {
					try {
						run(text);
						values++;
					} catch (thrown) {
						if (!(thrown instanceof BautaError)) throw thrown;
					}
				};
				slowest = Math.max(slowest, leastTime(read, slowLimit));
			}),
			{ numRuns: runs },
		);
		expect(slowest).toBeLessThan(slowLimit);
		if (name === 'readFrame') expect(values).toBeGreaterThanOrEqual(runs);
	});

	test('a frame of the greatest size is read in time', () => {
		const spent = startProcessorClock();
		const body = childOf(parseXml(`<m xmlns="n"><body>${'x &amp; '.repeat(30_000)}</body></m>`), 'body', 'n');
		expect(body && textOf(body)?.length).toBe(120_000);
		expect(spent()).toBeLessThan(500);
	});
});

describe('what a room shows of its messages', () => {
	const jid = 'room@muc.test';
	const shown = (inner: string, from = `${jid}/bob`) =>
		readShown(parseXml(`<message xmlns="jabber:client" type="groupchat" from="${from}" id="x">${inner}</message>`), jid);
	const stanzaId = (id: string, by = jid) => `<stanza-id xmlns="urn:xmpp:sid:0" id="${id}" by="${by}"/>`;

	test('a message has the id that the room gave it, and no other', () => {
		expect(shown(`<body>hello</body>${stanzaId('forged', 'other@muc.test')}${stanzaId('s1')}`)).toEqual({
			message: { id: 's1', from: `${jid}/bob`, body: 'hello', anonymous: false },
		});
		for (const inner of [
			'<body>hello</body>',
			`<body>hello</body>${stanzaId('forged', 'other@muc.test')}`,
			`<body>hello</body>${stanzaId('a b')}`,
			`<body>one</body><body>two</body>${stanzaId('s1')}`,
			stanzaId('s1'),
			`<retracted xmlns="urn:xmpp:message-retract:1"/><body>gone</body>${stanzaId('s1')}`,
		])
			expect(shown(inner), inner).toBeNull();
		expect(shown(`<body>hello</body>${stanzaId('s1')}`, 'other@muc.test/bob')).toBeNull();
	});

	test('in the history of a joining guest it is found by this id, until its author or the room takes it back', () => {
		const original = { id: 's1', text: 'hello', archived: false };
		const retract = '<retract xmlns="urn:xmpp:message-retract:1" id="s1"/>';
		const moderated = '<apply-to xmlns="urn:xmpp:fasten:0" id="s1"><moderated xmlns="urn:xmpp:message-moderate:0"/></apply-to>';
		const historyWith = (...more: [inner: string, from: string][]) => {
			const history = new JoinHistory(jid);
			for (const [inner, from] of [[`<body>hello</body>${stanzaId('s1')}`, `${jid}/bob`], ...more] as const)
				history.hear(parseXml(`<message xmlns="jabber:client" type="groupchat" from="${from}" id="x">${inner}</message>`));
			return () => history.idOf(original);
		};
		expect(historyWith()()).toBe('s1');
		expect(historyWith([retract, `${jid}/mallory`])()).toBe('s1');
		for (const taken of [
			[retract, `${jid}/bob`],
			[moderated, jid],
		] as [string, string][])
			expect(historyWith(taken)).toThrow('reply-not-shown');
		expect(() => new JoinHistory(jid).idOf(original)).toThrow('reply-not-shown');
	});
});
