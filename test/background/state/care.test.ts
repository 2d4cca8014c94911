import 'fake-indexeddb/auto';
import { fakeBrowser } from '@webext-core/fake-browser';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Care } from '../../../src/messages/popup.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));

/** A worker that has just started; `care`: what stands in its vault. */
async function startWorker(care?: Care) {
	vi.resetModules();
	const [{ isCareful, isHasty }, lock, { readDocument, readSettings, changeDocument }, { vault }, { defaultSettings }] = await Promise.all([
		import('../../../src/background/state/care.ts'),
		import('../../../src/background/state/lock.ts'),
		import('../../../src/background/state/document.ts'),
		import('../../../src/background/state/vault.ts'),
		import('../../../src/vault/document.ts'),
	]);
	const document = { version: 1 as const, identities: [], settings: { ...defaultSettings(), ...(care ? { care } : {}) }, rooms: {} };
	vi.spyOn(vault, 'open').mockImplementation(async () => ({ document: structuredClone(document), notices: [], counter: 1 }));
	vi.spyOn(vault, 'update').mockImplementation(async (_key, change) => ({ document: change(document), notices: [], counter: 1 }));
	const unlock = async () => {
		await lock.setUnlocked(new Uint8Array(32).fill(7));
		await readDocument();
	};
	return { isCareful, isHasty, readSettings, lock: lock.lock, unlock, changeDocument };
}

beforeEach(() => {
	fakeBrowser.reset();
	vi.stubGlobal('indexedDB', new IDBFactory());
});

test('where nothing is known the careful way is taken; who was never asked goes on as before once the vault is open', async () => {
	const { isCareful, unlock, lock } = await startWorker();
	expect(await isCareful()).toBe(true);
	await unlock();
	expect(await isCareful()).toBe(false);
	await lock();
	expect(await isCareful()).toBe(false);
});

test.each(['everyday', 'careful'] as const)(
	'the choice %s counts in the open vault, after the lock, and in later workers',
	async (care) => {
		const { isCareful, unlock, lock } = await startWorker(care);
		await unlock();
		expect(await isCareful()).toBe(care === 'careful');
		await lock();
		expect(await isCareful()).toBe(care === 'careful');
		expect(await (await startWorker()).isCareful()).toBe(care === 'careful');
	},
);

test('a change of mind counts at once and in the next worker, and lies where no content script can read it', async () => {
	const { isCareful, unlock, changeDocument } = await startWorker('everyday');
	await unlock();
	await changeDocument(({ settings }) => Object.assign(settings, { care: 'careful' }));
	expect(await isCareful()).toBe(true);
	fakeBrowser.storage.session.clear();
	expect(await (await startWorker()).isCareful()).toBe(true);
	expect(JSON.stringify(await fakeBrowser.storage.local.get(null))).not.toContain('care');
});

test('the kill switch and the wish for no delay count after the lock as well, and in later workers', async () => {
	const { unlock, lock, changeDocument } = await startWorker('everyday');
	await unlock();
	await changeDocument(({ settings }) => Object.assign(settings, { killSwitch: true, delayMin: 0, delayMax: 0 }));
	await lock();
	for (const { isHasty, readSettings } of [await startWorker(), await startWorker()]) {
		fakeBrowser.storage.session.clear();
		expect([await isHasty(), (await readSettings()).killSwitch]).toEqual([true, true]);
	}
});

test('a note that cannot be read counts as careful', async () => {
	const first = await startWorker('everyday');
	await first.unlock();
	const next = await startWorker();
	fakeBrowser.storage.session.clear();
	vi.stubGlobal('indexedDB', undefined);
	expect(await next.isCareful()).toBe(true);
});
