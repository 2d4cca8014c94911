import { expect, test, vi } from 'vitest';
import { converse } from '../../src/frontends/converse.ts';

/** An element of a page that notes what is looked for in it. */
function stubElement(localName: string, attributes: Record<string, string>, found: Record<string, unknown> = {}) {
	const querySelector = vi.fn((selector: string) => found[selector] ?? null);
	return { localName, querySelector, getAttribute: (name: string) => attributes[name] ?? null };
}
const child = (localName: string) => ({ localName });
const rooms = (...elements: unknown[]) => converse.openRooms({ querySelectorAll: () => elements } as unknown as Document);

test('the panel of a room is found without a look at its messages, however many there are', () => {
	const panel = child('converse-muc-bottom-panel');
	const area = { children: [child('div'), panel] };
	const muc = stubElement('converse-muc', { jid: 'lobby@muc.chat.test' }, { '.chat-area': area });
	expect(rooms(muc)).toEqual([{ room: { network: 'xmpp', address: 'lobby@muc.chat.test' }, view: muc, panelParent: panel, direct: false }]);
	// the area comes before the messages; what is in or after them would be looked for in all of them
	expect(muc.querySelector.mock.calls).toEqual([['.chat-area']]);
});

test('a room that the page is still building has no panel yet', () => {
	const jid = 'lobby@muc.chat.test';
	for (const found of [{}, { '.chat-area': { children: [child('div')] } }])
		expect(rooms(stubElement('converse-muc', { jid }, found))[0]?.panelParent).toBeUndefined();
	expect(rooms(stubElement('converse-muc', {}))).toEqual([]);
});

test('whether a message was edited is looked for where somebody asks, and not in every message at each change of the page', () => {
	const names = { 'data-msgid': 'm1', 'data-from': 'lobby@muc.chat.test/x' };
	const messages = [
		stubElement('div', names),
		stubElement('div', names, { '.chat-msg__edit-modal': {} }),
		stubElement('div', { 'data-msgid': 'of nobody' }),
	];
	const read = converse.messages({ querySelectorAll: () => messages } as unknown as Element);
	expect(read).toHaveLength(2);
	for (const message of messages) expect(message.querySelector).not.toHaveBeenCalled();
	expect(read.map(({ isEdited }) => isEdited)).toEqual([false, true]);
});
