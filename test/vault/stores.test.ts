import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test, vi } from 'vitest';

vi.mock('../../src/platform/api/browser.ts', async () => {
	const { fakeBrowser } = await import('@webext-core/fake-browser');
	return { browser: fakeBrowser };
});

import { fakeBrowser } from '@webext-core/fake-browser';
import { browserStores } from '../../src/vault/store/browser.ts';
import { databaseStore } from '../../src/vault/store/database.ts';
import { localStore } from '../../src/vault/store/local.ts';
import { saysFull } from '../../src/vault/store/store.ts';
import { vaultIn } from '../../src/vault/vault.ts';
import { lowCost, passphrase, sampleDocument } from './samples.ts';

beforeEach(() => {
	fakeBrowser.reset();
	vi.stubGlobal('indexedDB', new IDBFactory());
});

describe.each([
	['storage.local', localStore],
	['IndexedDB', () => databaseStore()],
])('%s', (_, open) => {
	test('gives back what it was given, lists and removes it', async () => {
		const store = open();
		const bytes = Uint8Array.from({ length: 300 }, (__, index) => index);
		expect(await store.read('vault')).toBeNull();
		await store.write('vault', bytes);
		await store.write('vault-aside-1', Uint8Array.of(1));
		await store.write('other', Uint8Array.of(2));
		expect(await open().read('vault')).toEqual(bytes);
		expect(await store.list('vault-aside-')).toEqual(['vault-aside-1']);
		await store.remove('vault');
		await store.remove('vault');
		expect(await store.read('vault')).toBeNull();
	});
});

test('what is there but is no bytes counts as broken, not as missing', async () => {
	for (const value of [7, { a: 1 }, 'not base64!'])
		await fakeBrowser.storage.local.set({ vault: value }).then(async () => expect(await localStore().read('vault')).toHaveLength(0));
	const opening = indexedDB.open('bauta', 1);
	opening.onupgradeneeded = () => opening.result.createObjectStore('bytes').put('text', 'vault');
	await new Promise((resolve) => {
		opening.onsuccess = resolve;
	});
	opening.result.close();
	expect(await databaseStore().read('vault')).toHaveLength(0);
});

test('a database that cannot be opened is a failing store, and the vault goes on without it', async () => {
	vi.stubGlobal('indexedDB', {
		open() {
			const request = { error: new DOMException('A mutation operation was attempted', 'InvalidStateError') } as unknown as IDBOpenDBRequest;
			queueMicrotask(() => request.onerror?.(new Event('error')));
			return request;
		},
	});
	const vault = vaultIn([localStore(), databaseStore()], { cost: lowCost });
	const key = await vault.create(passphrase, sampleDocument());
	expect((await vault.open(key)).notices).toEqual([{ code: 'vault-one-copy', detail: 'database' }]);
});

test('a write that was taken and then failed to commit, as a quota does, is a failed write', async () => {
	const taken = IDBObjectStore.prototype.put;
	vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...given) {
		const request = taken.apply(this, given);
		request.addEventListener('success', () => this.transaction.abort());
		return request;
	});
	await expect(databaseStore().write('vault', Uint8Array.of(1))).rejects.toThrow();
	vi.restoreAllMocks();
	expect(await databaseStore().read('vault')).toBeNull();
});

test('a vault stands in both, and survives each of them being cleared', async () => {
	const make = () => vaultIn([localStore(), databaseStore()], { cost: lowCost });
	const key = await make().create(passphrase, sampleDocument('Adalbertine'));
	await fakeBrowser.storage.local.clear();
	expect((await make().open(key)).notices).toEqual([{ code: 'vault-repaired', detail: 'storage' }]);
	vi.stubGlobal('indexedDB', new IDBFactory());
	expect((await make().open(await make().unlock(passphrase))).notices).toEqual([{ code: 'vault-repaired', detail: 'database' }]);
	expect(JSON.stringify(await fakeBrowser.storage.local.get(null))).not.toMatch(/Adalbertine|rooms\.example|11111111/);
});

test('a private window of Chromium, whose database is thrown away, has the one copy and no false alarm', async () => {
	const names = () => browserStores().map(({ name }) => name);
	Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } });
	expect(names()).toEqual(['storage', 'database']);
	const make = () => vaultIn(browserStores(), { cost: lowCost });
	const key = await make().create(passphrase, sampleDocument());
	Object.assign(fakeBrowser, { extension: { inIncognitoContext: true } });
	vi.stubGlobal('indexedDB', undefined);
	expect(names()).toEqual(['storage']);
	expect((await make().open(key)).notices).toEqual([]);
});

test('a full store is known by what browsers say', () => {
	for (const error of [
		new Error('Resource::kQuotaBytes quota exceeded'),
		new Error('QUOTA_BYTES quota exceeded'),
		new DOMException('', 'QuotaExceededError'),
		new Error('IO error: .../000003.log: FILE_ERROR_NO_SPACE (ChromeMethodBFE: 3::WritableFileAppend::8)'),
	])
		expect(saysFull(error)).toBe(true);
	for (const error of [new Error('An unexpected error occurred'), 'quota', null]) expect(saysFull(error)).toBe(false);
});
