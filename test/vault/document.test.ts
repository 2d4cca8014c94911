import { expect, it } from 'vitest';
import { defaultSettings, newDocument } from '../../src/vault/document.ts';

it('every new vault has settings of its own: what is changed in one is changed in no other', () => {
	const [first, second] = [newDocument(), newDocument()];
	first.settings.killSwitch = true;
	first.rooms.room = { hidden: true, stopped: false, anonymousHost: '', mode: 'one-time', identity: null };
	expect(second).toEqual({ version: 1, identities: [], settings: defaultSettings(), rooms: {} });
	expect(defaultSettings().killSwitch).toBe(false);
});
