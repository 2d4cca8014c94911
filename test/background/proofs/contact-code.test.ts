import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import { readContact } from '../../../src/protocol/proofs/contact.ts';
import { forgetBackground, openBackground } from './room.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
// what a passphrase costs is tested in test/vault
vi.mock('../../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));

beforeEach(forgetBackground);

test('a contact code is one of each identity’s own, the same until it is renewed, and changes no verdict', async () => {
	const { ask, me, readDocument } = await openBackground();
	const [other] = (await readDocument()).identities;
	const { verdictAge } = await import('../../../src/background/recognition/verdicts.ts');
	const age = verdictAge();
	const { text } = await ask['contact.read']({ identity: me.id });
	expect(readContact(text)).toHaveLength(33);
	expect(await ask['contact.read']({ identity: me.id })).toEqual({ text });
	expect(await ask['contact.read']({ identity: other?.id ?? '' })).not.toEqual({ text });
	const renewed = await ask['contact.renew']({ identity: me.id });
	expect(renewed).not.toEqual({ text });
	expect(await ask['contact.read']({ identity: me.id })).toEqual(renewed);
	expect(verdictAge()).toBe(age);
});

test('a device that was only linked has none, and says so', async () => {
	const { ask, me, changeDocument, lock } = await openBackground();
	await changeDocument(({ identities }) => {
		for (const identity of identities) if (identity.id === me.id) Object.assign(identity, { kind: 'linked', root: null, phrase: null });
	});
	await expect(ask['contact.read']({ identity: me.id })).rejects.toMatchObject({ code: 'contact-no-root' });
	await expect(ask['contact.renew']({ identity: me.id })).rejects.toMatchObject({ code: 'contact-no-root' });
	await lock();
	await expect(ask['contact.read']({ identity: me.id })).rejects.toMatchObject({ code: 'vault-locked' });
});
