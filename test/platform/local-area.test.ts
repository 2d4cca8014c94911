import { fakeBrowser } from '@webext-core/fake-browser';
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import { areaInDatabase, closeStorage, type LocalArea, onSessionRemoval, sessionArea } from '../../src/platform/local-area.ts';
import { databaseStore } from '../../src/vault/store/database.ts';
import { localStore } from '../../src/vault/store/local.ts';
import { vaultIn } from '../../src/vault/vault.ts';
import { eventually } from '../eventually.ts';
import { lowCost, passphrase, sampleDocument } from '../vault/samples.ts';

vi.mock('../../src/platform/api/browser.ts', async () => ({ browser: (await import('@webext-core/fake-browser')).fakeBrowser }));

const local = fakeBrowser.storage.local as LocalArea;
/** The area as a browser's start finds it. */
const started = () => areaInDatabase('bauta-local', local);

beforeEach(() => {
	fakeBrowser.reset();
	vi.stubGlobal('indexedDB', new IDBFactory());
});

test('an area in a database gives back what it was given, alone and all together, in later starts too, and nothing of it is in storage.local', async () => {
	const area = started();
	expect(await area.get('sites')).toEqual({});
	await area.set({ sites: { 'https://chat.test': { frontend: 'converse' } }, outbox: 'c2VhbGVk' });
	expect(await started().get('outbox')).toEqual({ outbox: 'c2VhbGVk' });
	await area.remove(['outbox', 'none']);
	expect(await started().get(null)).toEqual({ sites: { 'https://chat.test': { frontend: 'converse' } } });
	expect(await local.get(null)).toEqual({});
});

test('what an earlier build kept in storage.local is taken over once and leaves it; a vault of that build opens from either copy', async () => {
	const before = vaultIn([localStore(), databaseStore()], { cost: lowCost });
	const key = await before.create(passphrase, sampleDocument());
	const { document } = await before.open(key);
	await local.set({ sites: { 'https://chat.test': {} }, outbox: 'c2VhbGVk' });
	const area = started();
	expect(await area.get('sites')).toEqual({ sites: { 'https://chat.test': {} } });
	expect(await area.get('outbox')).toEqual({ outbox: 'c2VhbGVk' });
	expect(await local.get(null)).toEqual({});
	// the second copy is lost: the one that was taken over opens
	vi.doMock('../../src/platform/local-area.ts', async (original) => ({ ...(await original<object>()), localArea: () => area }));
	vi.resetModules();
	const { localStore: movedStore } = await import('../../src/vault/store/local.ts');
	const now = vaultIn([movedStore(), databaseStore('another')], { cost: lowCost });
	expect((await now.open(await now.unlock(passphrase))).document).toEqual(document);
	vi.doUnmock('../../src/platform/local-area.ts');
});

test('a take-over that failed half-way begins anew, and what lay there stays until it is over', async () => {
	await local.set({ sites: { 'https://chat.test': {} }, outbox: 'c2VhbGVk' });
	const put = IDBObjectStore.prototype.put;
	let puts = 0;
	vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...given) {
		if (++puts === 2) throw new DOMException('full', 'QuotaExceededError');
		return put.apply(this, given);
	});
	const area = started();
	await expect(area.get('sites')).rejects.toThrow('full');
	expect(Object.keys(await local.get(null))).toHaveLength(2);
	expect(Object.keys(await area.get(null)).toSorted()).toEqual(['outbox', 'sites']);
	expect(await local.get(null)).toEqual({});
	vi.restoreAllMocks();
});

test('what a stranger puts into storage.local later is not taken over, and goes', async () => {
	await started().set({ sites: {} });
	await local.set({ sites: { 'https://evil.test': { frontend: 'converse' } }, 'vault-aside-1': 'AAAA' });
	expect(await started().get(null)).toEqual({ sites: {} });
	expect(await local.get(null)).toEqual({});
});

test('all storage is closed to content scripts where the browser can', () => {
	const closed: unknown[] = [];
	const setAccessLevel = async (level: object) => void closed.push(level);
	const { storage } = fakeBrowser as unknown as { storage: Record<string, { setAccessLevel?: unknown }> };
	for (const name of ['local', 'session', 'sync']) Object.assign(storage[name] as object, { setAccessLevel });
	closeStorage();
	expect(closed).toEqual(Array.from({ length: 3 }, () => ({ accessLevel: 'TRUSTED_CONTEXTS' })));
	for (const name of ['local', 'session', 'sync']) delete storage[name]?.setAccessLevel;
	// Firefox has no such call
	expect(closeStorage).not.toThrow();
});

// in other windows: test/popup/popup.test.ts
test('pages of a private window are told that something left the memory of their session', async () => {
	Object.assign(fakeBrowser, { extension: { inIncognitoContext: true } });
	const heard = vi.fn();
	onSessionRemoval(heard);
	await sessionArea().set({ key: 'a2V5', other: 1 });
	expect(heard).not.toHaveBeenCalled();
	await sessionArea().remove('key');
	await eventually(() => expect(heard).toHaveBeenCalled());
	expect(await sessionArea().get(null)).toEqual({ other: 1 });
});
