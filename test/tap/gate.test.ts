import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bareJid, xmppGate } from '../../src/tap/xmpp-gate.ts';

const room = 'lobby@muc.chat.test';
const refusal = (data: string, rooms = [room]) => xmppGate().refuse(data, rooms);
const ping = /^<iq xmlns="jabber:client" type="get" id="[\da-f-]{36}:ping"><ping xmlns="urn:xmpp:ping"\/><\/iq>$/;

describe('the gate of a WebSocket frame', () => {
	it.each([
		`<message to='${room}' type='groupchat'><body>x</body></message>`,
		`<message xmlns="jabber:client" type="groupchat" id="1" to="${room}"><body>x</body></message>`,
		`<message\n\ttype="groupchat"\n\tto\n=\n"${room}"/>`,
		`<message to="LOBBY@Muc.Chat.TEST"/>`,
		`<message to="${room}/bob" type="chat"><body>x</body></message>`,
		`<message to="lobby&#64;muc.chat.test"/>`,
		`<message to="lob&#x62;y@muc&#46;chat.test"/>`,
		`<message to="lobby@muc.chat.test."/>`,
		`<message to="ｌobby@muc.chat.test"/>`,
		`<c:message xmlns:c="jabber:client" to="${room}"/>`,
		`<message id="a>b" to="${room}"/>`,
		`<message to="multicast.chat.test"><addresses xmlns="http://jabber.org/protocol/address"><address type="to" jid="${room}"/></addresses></message>`,
		`<message to="${room}"><composing xmlns="http://jabber.org/protocol/chatstates"/></message>`,
		`  <message to="${room}"/>`,
	])('puts a ping in place of %s', (stanza) => {
		const refused = refusal(stanza);
		expect(refused?.data.trim()).toMatch(ping);
		expect(refused?.room).toBe(room);
	});

	it.each([
		`<message to='other@muc.chat.test'><body>${room}</body></message>`,
		`<message to='bob@chat.test'><body>&lt;message to="${room}"/></body></message>`,
		`<presence to='${room}/alice'/>`,
		`<iq to='${room}' type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`,
		`<message to='bob@chat.test'><x xmlns='jabber:x:conference' jid='${room}'/></message>`,
		'<a xmlns="urn:xmpp:sm:3" h="4"/>',
		'',
	])('lets pass %s', (stanza) => expect(refusal(stanza)).toBeNull());

	it('keeps what stands beside a refused stanza', () => {
		const refused = refusal(`<presence/><message to="${room}"/><message to="bob@chat.test"/>`);
		expect(refused?.data).toMatch(/^<presence\/><iq .*<\/iq><message to="bob@chat.test"\/>$/);
	});

	it('refuses whole what it cannot read, if it speaks to the room at all', () => {
		expect(refusal(`<message to="${room}"><body><![CDATA[</message>]]></body></message>`)?.data).toMatch(ping);
		expect(refusal(`<message to="${room}"><body>`)?.data).toMatch(ping);
		expect(refusal('<message to="bob@chat.test"><body>')).toBeNull();
	});

	it('remembers what it refused, for a page that sends it again when the room is open', () => {
		const gate = xmppGate();
		const stanza = `<message id="once" to="${room}"><body>x</body></message>`;
		expect(gate.refuse(stanza, [])).toBeNull();
		expect(gate.refuse(stanza, [room])).not.toBeNull();
		expect(gate.refuse(stanza, [])).not.toBeNull();
		expect(xmppGate().refuse(stanza, []), 'on the connection after this one').not.toBeNull();
		expect(gate.refuse(stanza.replace('once', 'another'), [])).toBeNull();
	});

	it('asks for an acknowledgement only where stream management is in force', () => {
		const gate = xmppGate();
		expect(gate.refuse(`<message to="${room}"/>`, [room])?.more).toEqual([]);
		gate.isReported('in', "<enabled xmlns='urn:xmpp:sm:3' id='x' resume='1'/>");
		expect(gate.refuse(`<message to="${room}"/>`, [room])?.more).toEqual(['<r xmlns="urn:xmpp:sm:3"/>']);
	});
});

describe('whatever a page sends, the gate', () => {
	it('refuses every way to write the address of a closed room', () => {
		const letter = fc.constantFrom('plain', 'upper', 'decimal', 'hex');
		const spelling = (way: string, character: string) => {
			if (way === 'upper') return character.toUpperCase();
			if (way === 'decimal') return `&#${character.charCodeAt(0)};`;
			return way === 'hex' ? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};` : character;
		};
		fc.assert(
			fc.property(fc.array(letter, { minLength: room.length, maxLength: room.length }), fc.constantFrom('"', "'"), (ways, quote) => {
				const address = [...room].map((character, at) => spelling(ways[at] ?? '', character)).join('');
				return refusal(`<message type=${quote}groupchat${quote} to=${quote}${address}${quote}><body>x</body></message>`)?.room === room;
			}),
		);
	});

	it('never throws and never lets a stanza to the room through, whatever surrounds it', () => {
		fc.assert(
			fc.property(fc.string(), fc.string(), (before, after) => {
				const refused = refusal(`${before}<message to="${room}"/>${after}`);
				return refused === null || !refused.data.includes(`<message to="${room}"`);
			}),
		);
		expect(refusal(`<!-- x --><message to="${room}"/>`)?.data).toMatch(ping);
	});
});

describe('the gate of a BOSH body', () => {
	const body = (inside: string) => `<body rid='7' sid='s' xmlns='http://jabber.org/protocol/httpbind'>${inside}</body>`;
	it('takes out the one stanza and leaves the rest', () => {
		const refused = refusal(body(`<presence/><message to='${room}'><body>x</body></message><iq type='get' id='1'/>`));
		expect(refused?.data).toBe(body("<presence/><iq type='get' id='1'/>"));
		expect(refused?.more).toEqual([]);
	});
	it('leaves an empty body where it cannot read it', () => {
		expect(refusal(body(`<message to='${room}'><body><![CDATA[x]]></body></message>`))?.data).toBe(
			"<body rid='7' sid='s' xmlns='http://jabber.org/protocol/httpbind'/>",
		);
	});
	it('lets other bodies pass', () => expect(refusal(body(`<message to='bob@chat.test'/>`))).toBeNull());
});

describe('what the tap hands over', () => {
	const isReported = (data: string, direction: 'in' | 'out' = 'in') => xmppGate().isReported(direction, data);
	it('hands over envelopes and what tells where the server is', () => {
		expect(isReported("<message><anonymous xmlns='urn:x-bauta:1'>x</anonymous></message>")).toBe(true);
		// who took the nick of an anonymous author says something under it
		expect(isReported("<message from='lobby@muc.chat.test/Anonymous maple river'><body>x</body></message>")).toBe(true);
		expect(isReported("<presence from='lobby@muc.chat.test/Anonymous maple river'/>")).toBe(false);
		expect(isReported("<iq><query xmlns='http://jabber.org/protocol/disco#items'><item jid='anon.chat.test'/></query></iq>")).toBe(false);
		expect(isReported('<message><subject>no-anonymous</subject></message>')).toBe(true);
		expect(isReported("<open to='chat.test' xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>", 'out')).toBe(true);
	});
	it('hands over no ordinary message, no password and nothing that the account says', () => {
		expect(isReported('<message><body>hello</body></message>')).toBe(false);
		expect(isReported("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGFsaWNl</auth>", 'out')).toBe(false);
		expect(
			isReported(
				"<body to='chat.test' xmlns='http://jabber.org/protocol/httpbind'><auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></body>",
				'out',
			),
		).toBe(false);
		expect(isReported("<message to='x'><anonymous xmlns='urn:x-bauta:1'>x</anonymous></message>", 'out')).toBe(false);
	});
});

it('compares addresses as servers do', () => {
	expect(bareJid('Lobby@MUC.chat.test/Some One')).toBe(room);
});

describe('what the account says in a room', () => {
	const said = `<message xmlns="jabber:client" from='alice@chat.test/x' id='id-7' to="${room}" type="groupchat"><body>a secret word</body><active xmlns="http://jabber.org/protocol/chatstates"/></message>`;
	const rest = `<message type="groupchat" to="${room}" id="id-7"/>`;

	it('is told without a word of it when it leaves, and when the server shows it', () => {
		const gate = xmppGate();
		expect(gate.speech('in', said)).toBe('');
		expect(gate.speech('out', said)).toBe(rest);
		expect(gate.speech('in', `<message from="${room}/bob" id="other" type="groupchat"><body>x</body></message>`)).toBe('');
		expect(gate.speech('in', `<message from="${room}/alice" id="id-7" type="groupchat"><body>a secret word</body></message>`)).toBe(rest);
	});

	it('also in a BOSH body, and where it is a reaction', () => {
		const gate = xmppGate();
		expect(gate.speech('out', `<body xmlns="http://jabber.org/protocol/httpbind" rid="1">${said}</body>`)).toBe(rest);
		const reaction = `<message to="${room}" type="groupchat" id="r"><reactions xmlns="urn:xmpp:reactions:0" id="x"/></message>`;
		expect(gate.speech('out', reaction)).toContain('id="r"');
	});

	it.each([
		`<message to="bob@chat.test" type="chat" id="1"><body>x</body></message>`,
		`<message to="${room}" type="groupchat" id="1"><composing xmlns="http://jabber.org/protocol/chatstates"/></message>`,
		`<presence to="${room}/alice"/>`,
		'',
	])('is not %s', (data) => expect(xmppGate().speech('out', data)).toBe(''));
});

describe('presences', () => {
	const of = (data: string) => xmppGate().presences?.(data);
	it.each([
		[`<presence from='${room}/bob' to='a@b'/>`, [`${room}/bob`]],
		[
			`<body><presence type="unavailable" from="${room}/a &amp; b"><x/></presence><message from="c@d/e"/><presence from='x@y/z'/></body>`,
			[`${room}/a & b`, 'x@y/z'],
		],
		['<presence/>', ['']],
		[`<message from="${room}/bob"><body>&lt;presence from='x'/></body></message>`, []],
	])('tells whose %s is', (data, authors) => expect(of(data)).toEqual(authors));
});
