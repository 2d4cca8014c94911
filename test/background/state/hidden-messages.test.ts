import { expect, test } from 'vitest';
import { isHiddenOn, withHiddenOn } from '../../../src/background/state/hidden-messages.ts';
import { defaultRoom } from '../../../src/vault/document.ts';

const [chat, other] = ['https://chat.test', 'https://other.test'];

test('what is hidden on one site is not hidden on another', () => {
	const room = { ...defaultRoom(), ...withHiddenOn(defaultRoom(), chat, true) };
	expect([isHiddenOn(room, chat), isHiddenOn(room, other)]).toEqual([true, false]);
	const both = { ...room, ...withHiddenOn(room, other, true) };
	const shown = { ...both, ...withHiddenOn(both, chat, false) };
	expect([isHiddenOn(shown, chat), isHiddenOn(shown, other)]).toEqual([false, true]);
});

test('what an earlier version hid stays hidden, until the user decides on a site, and for that site alone', () => {
	const room = { ...defaultRoom(), hidden: true };
	expect([isHiddenOn(room, chat), isHiddenOn(room, other)]).toEqual([true, true]);
	const shown = { ...room, ...withHiddenOn(room, chat, false) };
	expect([isHiddenOn(shown, chat), isHiddenOn(shown, other)]).toEqual([false, true]);
});

test('sites whose names begin alike are told apart, and the choices stay as many as devices share', () => {
	let room = { ...defaultRoom(), ...withHiddenOn(defaultRoom(), 'https://chat.test:8443', true) };
	expect(isHiddenOn(room, chat)).toBe(false);
	for (let site = 0; site < 12; site++) room = { ...room, ...withHiddenOn(room, `https://${site}.test`, true) };
	expect(room.hiddenOn).toHaveLength(8);
	expect(isHiddenOn(room, 'https://11.test')).toBe(true);
	expect(withHiddenOn(defaultRoom(), `https://${'a'.repeat(300)}`, true).hiddenOn).toEqual([]);
});
