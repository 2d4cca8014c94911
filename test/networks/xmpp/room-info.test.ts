import { expect, test } from 'vitest';
import { nameIn } from '../../../src/networks/xmpp/wire/room-info.ts';
import { parseXml } from '../../../src/networks/xmpp/wire/xml.ts';

const room = 'crowd@muc.chat.test';
const info = (identities: string) =>
	parseXml(
		`<iq xmlns="jabber:client" type="result" from="${room}" id="1"><query xmlns="http://jabber.org/protocol/disco#info">${identities}</query></iq>`,
	);
const named = (name: string) => nameIn(info(`<identity category="conference" type="text" name="${name}"/>`), room);

test('a room has the name that its server tells a guest, unless its address says the same', () => {
	expect(named('The Parliament of Owls')).toBe('The Parliament of Owls');
	expect([named('crowd'), named('Crowd'), named(''), nameIn(info(''), room)]).toEqual(['', '', '', '']);
	expect(nameIn(info('<identity category="gateway" type="text" name="Another"/><identity category="conference" type="text"/>'), room)).toBe(
		'',
	);
});

test('a name is one short line, and turns no other words around', () => {
	expect(named('Owls&#x202e;\u2066tset&#10;next &lt;b&gt;')).toBe('Owls tset next <b>');
	expect([...named('🦉'.repeat(200))]).toHaveLength(60);
});
