import { fakeBrowser } from '@webext-core/fake-browser';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import { offer } from '../../src/devices/linking/linking.ts';
import { weekOf } from '../../src/protocol/generation.ts';
import { testPassphrase, testPhrase } from '../setup.ts';
import { seconds } from './samples.ts';

vi.mock('../../src/platform/api/browser.ts', () => ({ browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }) }));
// what a passphrase costs is tested in test/vault
vi.mock('../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));

async function background() {
	vi.resetModules();
	const [popup, devices, document, generations] = await Promise.all([
		import('../../src/background/answers/popup.ts'),
		import('../../src/background/answers/rare.ts'),
		import('../../src/background/state/document.ts'),
		import('../../src/background/identities/generations.ts'),
	]);
	const { readDocument } = document;
	const ask = { ...popup.popupAnswers, ...devices.rareAnswers };
	return {
		ask,
		only: async () => (await readDocument()).identities[0] as Awaited<ReturnType<typeof readDocument>>['identities'][0],
		group: async () => (await ask['devices.state']({})).groups[0] as Awaited<ReturnType<(typeof ask)['devices.state']>>['groups'][0],
		writableGeneration: generations.writableGeneration,
		readableGenerations: generations.readableGenerations,
	};
}

/** Another device of the same person: what the browser's account holds is there, and nothing else. */
function freshProfile(synced: Record<string, unknown> = {}) {
	fakeBrowser.reset();
	Object.assign(fakeBrowser.runtime, { getPlatformInfo: async () => ({ os: 'linux' }) });
	Object.assign(globalThis, { indexedDB: new IDBFactory() });
	return fakeBrowser.storage.sync.set(synced);
}
beforeEach(() => freshProfile());

const now = () => seconds(Date.now());
const newest = (generations: readonly { generation: number }[]) => Math.max(...generations.map(({ generation }) => generation));
type Background = Awaited<ReturnType<typeof background>>;
const create = ({ ask }: Background) =>
	ask['vault.create']({ passphrase: testPassphrase, key: testPhrase, keyPassphrase: '', confirmed: true });

/** A laptop that links a phone and unlinks it again, this very week. Returns what its account's storage holds, and what the phone knows. */
async function laptop(carrier: 'browser' | 'off') {
	const here = await background();
	await create(here);
	const { id } = await here.group();
	const link = async () => {
		const { text } = await here.ask['link.reply']({
			identity: id,
			text: offer('phone', 'chromium', now()).text,
			passphrase: testPassphrase,
		});
		return text;
	};
	await link();
	const known = newest((await here.only()).generations);
	await here.ask['sync.set']({ identity: id, carrier, relay: '' });
	const phone = (await here.group()).devices.find(({ here: is }) => !is)?.id as string;
	await here.ask['device.unlink']({ identity: id, id: phone, passphrase: testPassphrase });
	const left = { known, opened: newest((await here.only()).generations), own: await here.group() };
	// rounds that the storage's own events started come one after the other: with this one all are over
	if (carrier === 'browser') await here.ask['sync.now']({ identity: id });
	await here.ask['vault.lock']({});
	return { ...left, synced: await fakeBrowser.storage.sync.get(null) };
}

test('restored from the phrase, a device opens what no removed one knows: by what the browser’s account has, at its first post', async () => {
	const { known, opened, synced } = await laptop('browser');
	expect([known, opened]).toEqual([weekOf(now()) + 1, weekOf(now()) + 2]);
	expect(Object.keys(synced).length).toBeGreaterThan(0);

	await freshProfile(synced);
	const back = await background();
	await create(back);
	expect((await back.writableGeneration(await back.only(), now())).generation).toBe(opened + 1);
	// and what lies between is still read, though nothing of it was ever on record here
	const read = back.readableGenerations(await back.only(), now()).map(({ generation }) => generation);
	for (let generation = 0; generation <= opened + 1; generation++) expect(read).toContain(generation);

	// without it, twice in a week is once too often: the limit that the protocol states
	await freshProfile();
	const blind = await background();
	await create(blind);
	expect((await blind.writableGeneration(await blind.only(), now())).generation).toBe(known);
});

test('it has its place in the list at once and for good, finds the others, and hands its keys to those that stay', async () => {
	const { synced, own, opened } = await laptop('browser');
	await freshProfile(synced);
	const back = await background();
	await create(back);
	const group = await back.group();
	expect(group).toMatchObject({ apart: true, sync: { carrier: 'off' } });
	expect(group.devices).toEqual([expect.objectContaining({ name: 'Chromium · Linux', here: true, holds: 'phrase', browser: 'chromium' })]);
	expect((await back.group()).devices[0]?.id).toBe(group.devices[0]?.id);

	const { devices } = await back.ask['device.find']({ identity: group.id, relay: '' });
	expect(devices.map(({ id }) => id)).toEqual(own.devices.map(({ id }) => id));
	// looking takes nothing over
	expect((await back.group()).devices).toHaveLength(1);
	const keep = devices.map(({ id }) => id);
	const ask = { identity: group.id, relay: '', keep };
	await expect(back.ask['device.rejoin']({ ...ask, passphrase: 'not it' })).rejects.toMatchObject({ code: 'wrong-passphrase' });
	await new Promise((resolve) => setTimeout(resolve, 1100));
	await back.ask['device.rejoin']({ ...ask, passphrase: testPassphrase });
	expect(newest((await back.only()).generations)).toBe(opened + 1);
	const joined = await back.group();
	expect(joined).toMatchObject({ apart: false, sync: { carrier: 'browser', fault: null } });
	expect(joined.keys).toHaveLength(1);
	expect(joined.devices.map(({ here, behind }) => [here, behind])).toEqual([
		[true, false],
		[false, true],
	]);
	await back.ask['sync.now']({ identity: group.id });
	await back.ask['vault.lock']({});
});

test('with nothing synced nothing is found, and that there are no others can be said', async () => {
	await freshProfile();
	const back = await background();
	await create(back);
	const { id, apart } = await back.group();
	expect(apart).toBe(true);
	expect(await back.ask['device.find']({ identity: id, relay: '' })).toEqual({ devices: [] });
	await back.ask['device.alone']({ identity: id });
	expect(await back.group()).toMatchObject({ apart: false });
});

test('restored from a backup, it is one more device, and its list waits for the user as well', async () => {
	const first = await background();
	await create(first);
	const { id } = await first.group();
	await first.ask['link.reply']({ identity: id, text: offer('phone', 'chromium', now()).text, passphrase: testPassphrase });
	const before = await first.group();
	const backupPassphrase = 'lantern barge pepper violin nine';
	const { text } = await first.ask['backup.make']({ passphrase: testPassphrase, backupPassphrase, roots: true });

	await freshProfile();
	const back = await background();
	await back.ask['backup.restore']({ text, backupPassphrase, passphrase: testPassphrase, replace: false });
	const group = await back.group();
	expect(group.apart).toBe(true);
	expect(group.devices.map(({ here }) => here)).toEqual([true, false, false]);
	expect(before.devices.map(({ id: other }) => other)).not.toContain(group.devices[0]?.id);
	expect((await back.group()).devices[0]?.id).toBe(group.devices[0]?.id);
	const phone = group.devices.find(({ name }) => name === 'phone')?.id as string;
	await back.ask['device.rejoin']({ identity: group.id, relay: '', keep: [phone], passphrase: testPassphrase });
	const joined = await back.group();
	expect(joined.devices.map(({ name }) => name)).toEqual(['Chromium · Linux', 'phone']);
	expect(joined.keys.map(({ device }) => device)).toEqual(['phone']);
	// nobody asked for sync
	expect(joined.sync.carrier).toBe('off');
});
