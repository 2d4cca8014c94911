import { fakeBrowser } from '@webext-core/fake-browser';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Entry } from '../../../src/background/outbox/entry.ts';
import { composeMessage } from '../../../src/protocol/compose.ts';
import { recognise } from '../../../src/protocol/recognise.ts';
import { testPassphrase, testPhrase } from '../../setup.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
// what a passphrase costs is tested in test/vault
vi.mock('../../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));

const backupPassphrase = 'lantern barge pepper violin nine';
const newPassphrase = 'harbour kettle ribbon walnut six';
const now = (): number => Math.floor(Date.now() / 1000);
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** A background over what the profile holds, as after a restart. */
async function background() {
	vi.resetModules();
	const [popup, devices, document, generations, store] = await Promise.all([
		import('../../../src/background/answers/popup.ts'),
		import('../../../src/background/answers/rare.ts'),
		import('../../../src/background/state/document.ts'),
		import('../../../src/background/identities/generations.ts'),
		import('../../../src/background/outbox/store.ts'),
	]);
	return { ...document, ...generations, ...store, ask: { ...popup.popupAnswers, ...devices.rareAnswers } };
}

/** Another device: nothing of what was on this one. */
function freshProfile(): void {
	fakeBrowser.reset();
	Object.assign(fakeBrowser.runtime, { getPlatformInfo: async () => ({ os: 'linux' }) });
	Object.assign(globalThis, { indexedDB: new IDBFactory() });
}
beforeEach(freshProfile);

type Background = Awaited<ReturnType<typeof background>>;
const create = ({ ask }: Background, key = testPhrase, replace = false) =>
	ask['vault.create']({ passphrase: testPassphrase, key, keyPassphrase: '', confirmed: true, replace });
const restore = ({ ask }: Background, text: string) =>
	ask['backup.restore']({ text, backupPassphrase, passphrase: newPassphrase, replace: true });
const only = async ({ readDocument }: Background) => {
	const [identity] = (await readDocument()).identities;
	if (!identity) throw new Error('no identity');
	return identity;
};

/** A message of this vault's identity, as everybody in the room sees it. */
async function written(by: Background) {
	const room = 'xmpp:lobby@muc.chat.test';
	const generation = await by.writableGeneration(await only(by), now());
	const draft = { mode: 'one-time', transport: 'recoverable', room, text: 'hello', replyTo: '', now: now(), generation, random } as const;
	return { room, bodies: ['hello'], replyTo: '', time: now(), wires: [composeMessage(draft).wire] };
}
const verdict = async (by: Background, message: Awaited<ReturnType<typeof written>>) =>
	recognise(message, by.readableGenerations(await only(by), now()))?.verdict;

describe('a backup without phrases and keys', () => {
	test('makes one more linked device: it writes, recognises, lists devices, and can be given the phrase later', async () => {
		// never posted, never linked: neither generation nor list is there yet
		const first = await background();
		await create(first);
		expect(await only(first)).toMatchObject({ generations: [], restored: true });
		const { text } = await first.ask['backup.make']({ passphrase: testPassphrase, backupPassphrase, roots: false });
		const before = await written(first);
		const whole = await only(first);

		freshProfile();
		const second = await background();
		await restore(second, text);
		const identity = await only(second);
		expect(JSON.stringify(await second.readDocument())).not.toContain(whole.root?.privateKey);
		expect(identity).toMatchObject({ kind: 'linked', root: null, phrase: null });
		expect(await verdict(second, before)).toBe('mine');
		const later = await written(second);
		await expect(second.ask['identity.phrase']({ id: identity.id, passphrase: newPassphrase })).rejects.toMatchObject({
			code: 'not-allowed',
		});
		const [group] = (await second.ask['devices.state']({})).groups;
		expect(group?.devices.map(({ here, holds }) => [here, holds])).toEqual([
			[true, 'nothing'],
			[false, 'phrase'],
		]);
		expect(group).toMatchObject({ unlink: { code: 'unlink-no-root' }, apart: false });
		// it knows who may hand it keys: nobody else could
		expect(identity.devices?.authority).toBe(whole.devices?.authority);
		expect(identity.devices?.key).not.toBe(whole.devices?.key);
		const other = group?.devices.find(({ here }) => !here)?.id ?? '';
		await expect(second.ask['device.unlink']({ identity: identity.id, id: other, passphrase: newPassphrase })).rejects.toMatchObject({
			code: 'unlink-no-root',
		});
		// the phrase, typed in here, makes it whole; nothing else changes
		await second.ask['identity.import']({ key: testPhrase, keyPassphrase: '', name: 'again' });
		expect(await only(second)).toMatchObject({ id: identity.id, name: identity.name, kind: 'phrase', root: whole.root });
		expect((await second.ask['devices.state']({})).groups[0]).toMatchObject({ unlink: null });
		expect(await verdict(second, before)).toBe('mine');
		expect(await verdict(second, later)).toBe('mine');
	});

	test('of before there was a list in it still shows its devices', async () => {
		const first = await background();
		await create(first);
		await written(first);
		const { makeBackup } = await import('../../../src/vault/backup.ts');
		const text = await makeBackup(await first.readDocument(), backupPassphrase, { roots: false });
		freshProfile();
		const second = await background();
		await restore(second, text);
		expect((await only(second)).devices).toBeUndefined();
		const [group] = (await second.ask['devices.state']({})).groups;
		expect(group?.devices).toMatchObject([{ here: true, holds: 'nothing' }]);
		expect(group?.unlink).toMatchObject({ code: 'unlink-no-root' });
		const { id } = await only(second);
		await second.ask['device.rename']({ identity: id, id: group?.devices[0]?.id ?? '', name: 'Old laptop' });
		expect((await second.ask['devices.state']({})).groups[0]?.devices).toMatchObject([{ name: 'Old laptop' }]);
	});
});

test('a whole backup of linked devices gives each that restores it a place of its own in the list, and all can be unlinked from there', async () => {
	const first = await background();
	await create(first);
	const { id } = await only(first);
	await first.ask['device.rename']({ identity: id, id: 'here', name: 'Laptop' });
	const { text } = await first.ask['backup.make']({ passphrase: testPassphrase, backupPassphrase, roots: true });
	const ids = new Set<string>();
	for (let times = 0; times < 2; times++) {
		freshProfile();
		const restored = await background();
		await restore(restored, text);
		const [group] = (await restored.ask['devices.state']({})).groups;
		expect(group?.devices.map(({ here, name }) => [here, name])).toEqual([
			[true, 'Chromium · Linux'],
			[false, 'Laptop'],
		]);
		ids.add(group?.devices[0]?.id ?? '');
		expect(group?.unlink).toBeNull();
		const lost = group?.devices[1]?.id ?? '';
		await restored.ask['device.unlink']({ identity: id, id: lost, passphrase: newPassphrase });
		expect((await restored.ask['devices.state']({})).groups[0]?.devices).toMatchObject([{ here: true, id: group?.devices[0]?.id }]);
	}
	expect(ids.size).toBe(2);
});

describe('messages that waited when a vault was replaced', () => {
	const waiting = (id: string, more: Partial<Entry> = {}): Entry => ({
		...{ id, order: `order ${id}`, hints: { origin: 'https://chat.test' }, room: { network: 'xmpp', address: 'lobby@muc.chat.test' } },
		...{ text: `hello from ${id}`, replyTo: '', mode: 'one-time', due: 0, tries: 0, state: 'waiting', sealed: null, fault: null },
		...more,
	});
	const sealed = { text: 'hello', replyTo: '', wire: 'w', id: 'i', slot: 1, at: 600 };

	test('are all there when their vault is opened, however often it happened, and none is sent by itself', async () => {
		const keys = [testPhrase, 'cd'.repeat(32), 'ab'.repeat(32)];
		for (const [index, key] of keys.entries()) {
			const vault = await background();
			await create(vault, key, index > 0);
			await vault.readOutbox();
			await vault.changeOutbox((all) => all.push(waiting(`a${index}`), waiting(`b${index}`, { state: 'handed', sealed })));
		}
		const last = await background();
		const { asides } = await last.ask['aside.list']({});
		expect(asides).toHaveLength(2);
		expect((await last.readOutbox()).map(({ id }) => id)).toEqual(['a2', 'b2']);
		const seen = [];
		for (const { id } of asides) seen.push(await last.ask['aside.open']({ id, passphrase: testPassphrase }));
		expect(seen).toEqual([
			{ identities: 1, messages: 2 },
			{ identities: 1, messages: 2 },
		]);
		const all = (await last.readOutbox()).map(({ id, state, fault, text }) => [id, state, fault?.code, text]);
		expect(all.slice(0, 2).map(([id, state]) => [id, state])).toEqual([
			['a2', 'waiting'],
			['b2', 'handed'],
		]);
		expect(all.slice(2).sort()).toEqual([
			['a0', 'failed', 'outbox-aside', 'hello from a0'],
			['a1', 'failed', 'outbox-aside', 'hello from a1'],
			['b0', 'unsure', 'outbox-unsure', 'hello from b0'],
			['b1', 'unsure', 'outbox-unsure', 'hello from b1'],
		]);
		// once, and nothing of it is left on disk under the old keys
		for (const { id } of asides)
			expect(await last.ask['aside.open']({ id, passphrase: testPassphrase })).toEqual({ identities: 0, messages: 0 });
		expect(Object.keys(await fakeBrowser.storage.local.get(null)).filter((name) => name.includes('outbox'))).toEqual(['outbox']);
	});

	test('that were put aside by an earlier Bauta, under the one name there was, are found as well', async () => {
		const first = await background();
		await create(first);
		await first.changeOutbox((all) => all.push(waiting('early')));
		const { outbox } = (await fakeBrowser.storage.local.get('outbox')) as { outbox: string };
		const second = await background();
		await create(second, 'cd'.repeat(32), true);
		await fakeBrowser.storage.local.remove('outbox');
		await fakeBrowser.storage.local.set({ 'outbox-aside': outbox });
		const [aside] = (await second.ask['aside.list']({})).asides;
		expect(await second.ask['aside.open']({ id: aside?.id ?? '', passphrase: testPassphrase })).toEqual({ identities: 1, messages: 1 });
		expect(await second.readOutbox()).toMatchObject([{ id: 'early', state: 'failed' }]);
	});
});
