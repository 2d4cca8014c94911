/** The background in parts: those that are loaded later are there when they are asked for, however often the worker ended, and after a restart. */
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBauta, type ReadyBauta, testPassphrase } from '../bauta.ts';
import { launchBrowser, type TestBrowser } from '../browser.ts';

interface Scope {
	importScripts(...names: string[]): void;
	chrome: { runtime: { id?: string } };
}

let bauta: ReadyBauta;
beforeAll(async () => {
	bauta = await launchBauta();
});
afterAll(async () => {
	await bauta?.close();
	for (const made of [bauta?.profile, bauta?.extension]) if (made) await rm(made, { recursive: true, force: true });
});

/** What the browser refuses to load into a worker that it started anew. */
async function missing(browser: TestBrowser): Promise<string[]> {
	const parts = readdirSync(browser.extension).filter((name) => /^background-.*\.js$/.test(name));
	expect(parts.length).toBeGreaterThan(5);
	const worker = await browser.worker();
	return worker.evaluate((names) => {
		const scope = globalThis as unknown as Scope;
		return names.filter((name) => {
			try {
				scope.importScripts(name);
				return false;
			} catch {
				return true;
			}
		});
	}, parts);
}

test('a worker that was ended and woken loads every part', async () => {
	await bauta.killWorker();
	// wakes it, and is answered by a part that is loaded for it
	expect((await bauta.ask('identity.generate', {})).phrase.split(' ')).toHaveLength(12);
	expect(await missing(bauta)).toEqual([]);
});

test('what is kept until the lock goes with it, though the part that keeps it was not loaded since', async () => {
	const kept = () =>
		bauta.popup.evaluate(async () => {
			const { chrome } = globalThis as unknown as { chrome: { storage: { session: { get(all: null): Promise<object> } } } };
			return Object.keys(await chrome.storage.session.get(null)).filter((name) => name.startsWith('until-lock:'));
		});
	await bauta.ask('identity.generate', {});
	expect(await kept()).toEqual(['until-lock:fresh-phrase']);
	await bauta.killWorker();
	await bauta.ask('vault.lock', {});
	expect(await kept()).toEqual([]);
	await bauta.ask('vault.unlock', { passphrase: testPassphrase });
});

test('after the browser was started again every part is there', async () => {
	const { profile, extension } = bauta;
	await bauta.close(true);
	const again = await launchBrowser({ profile, copy: extension });
	try {
		const popup = await again.openExtensionPage('popup.html');
		await popup.locator('input[type=password]').waitFor();
		expect(await missing(again)).toEqual([]);
	} finally {
		await again.close();
	}
});
