import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { ReadyBauta } from '../../test/bauta.ts';
import { firefoxAddonId } from '../../test/firefox.ts';
import type { ReadyFirefox } from '../../test/firefox-bauta.ts';
import { until } from '../../test/until.ts';
import type { Composer } from './actor.ts';
import type { Recording } from './recording.ts';
import type { Stage } from './stage.ts';

type PrivateLook = Recording['privately'];
type State = { vault: string; waiting: { text: string }[] };
interface Api {
	runtime: { sendMessage(message: object): Promise<{ value: State }>; getURL(path: string): string };
	storage: { session: { get(name: null): Promise<object> } };
	windows: { create(options: object): Promise<{ id: number }>; getCurrent(): Promise<{ id: number }> };
	tabs: { create(options: object): Promise<unknown> };
}
declare const chrome: Api;

/** Lets Bauta into private windows, as the switch in chrome://extensions does. The browser must have ended. */
export function allowPrivateWindows(profile: string, id: string): void {
	const path = join(profile, 'Default/Preferences');
	const preferences = JSON.parse(readFileSync(path, 'utf8')) as { extensions: { settings: Record<string, { incognito?: boolean }> } };
	const own = preferences.extensions.settings[id];
	if (!own) throw new Error(`the profile knows no extension ${id}`);
	own.incognito = true;
	writeFileSync(path, JSON.stringify(preferences));
}

const stateIn = (page: Page): Promise<State> =>
	page.evaluate(async () => (await chrome.runtime.sendMessage({ to: 'popup.state', body: { tab: null, quiet: true } })).value);
const textsOf = ({ waiting }: State): string[] => waiting.map(({ text }) => text);

/** Opens a private window of Chromium, unlocks Bauta there and leaves a message waiting in it. `passphrase`: the vault's, which all windows share */
export async function writePrivately(
	{ context, popup }: ReadyBauta,
	stage: Stage,
	{ passphrase, text }: { passphrase: string; text: string },
	turnOn: (page: Page) => Promise<Composer>,
): Promise<PrivateLook> {
	const opened = context.waitForEvent('page');
	await popup.evaluate(() => chrome.windows.create({ incognito: true, url: chrome.runtime.getURL('popup.html?tab=4') }));
	const own = await opened;
	await own.waitForFunction(() => document.readyState === 'complete' && chrome.runtime !== undefined);
	const { vault } = await stateIn(own);
	const names = () => own.evaluate(async () => Object.keys(await chrome.storage.session.get(null)));
	const shared = new Set(await names());
	await own.evaluate((words) => chrome.runtime.sendMessage({ to: 'vault.unlock', body: { passphrase: words } }), passphrase);
	const before = textsOf(await stateIn(own));
	const write = async () => {
		const chat = context.waitForEvent('page');
		await own.evaluate(async (url) => chrome.tabs.create({ url, windowId: (await chrome.windows.getCurrent()).id }), stage.page());
		const page = await chat;
		await page.bringToFront();
		// in the other windows Anonymous was left on here; in this one it has not been on
		const composer = await turnOn(page);
		await composer.type(text);
		return until(async () => {
			// nothing is sent before all of the composer was seen for a second; once it was, the field is empty
			await composer.enter();
			const waiting = textsOf(await stateIn(own));
			return waiting.length > before.length ? waiting : null;
		}, 'the message in the private outbox');
	};
	// where nothing can be written, what was seen until then is seen all the same
	const after = await write().catch((fault: Error) => {
		process.stderr.write(`${fault.stack}\n`);
		return [];
	});
	const strays = (await names()).filter((name) => !shared.has(name));
	return { hosts: { privately: 1, elsewhere: 1 }, vault, strays, before, after, elsewhere: textsOf(await stateIn(popup)) };
}

interface BrowserWindow extends Window {
	gBrowser: { fixupAndLoadURIString(url: string, options: object): void; currentURI: { spec: string } };
	gBrowserInit?: { delayedStartupFinished: boolean };
}
declare const OpenBrowserWindow: (options: object) => BrowserWindow;
declare const Services: { scriptSecurityManager: { getSystemPrincipal(): unknown } };
declare const WebExtensionPolicy: { getByID(id: string): { privateBrowsingAllowed: boolean } | null };

/** Opens the chat in a private window of Firefox and in another one, and counts closed roots in both: Bauta's switch stands in one. */
export async function lookPrivately(firefox: ReadyFirefox, stage: Stage): Promise<PrivateLook> {
	const count = async (page: Awaited<ReturnType<typeof firefox.open>>) => (await page.pierce(() => 1)).length;
	const page = await firefox.open(stage.page());
	const elsewhere = await until(() => count(page), 'Bauta in the page');
	await page.close();
	// an address that no other tab has, by which the tab is looked for
	const address = `${stage.page()}#privately`;
	await firefox.chrome(async (url: string) => {
		const opened = OpenBrowserWindow({ private: true });
		// no function has a name here: what runs this adds a helper to those that have. A window that is still being made loads its own first page over this one
		while (!opened.gBrowserInit?.delayedStartupFinished) await new Promise((done) => setTimeout(done, 100));
		while (opened.gBrowser.currentURI.spec !== url) {
			opened.gBrowser.fixupAndLoadURIString(url, { triggeringPrincipal: Services.scriptSecurityManager.getSystemPrincipal() });
			for (let tries = 0; tries < 100 && opened.gBrowser.currentURI.spec !== url; tries++)
				await new Promise((done) => setTimeout(done, 100));
		}
	}, address);
	const own = await firefox.page(address);
	await own.until((selectors: string[]) => selectors.every((selector) => document.querySelector(selector) !== null), [...stage.ready]);
	// as long as the other one may have taken
	await new Promise((done) => setTimeout(done, 3000));
	const isAllowed = await firefox.chrome((id: string) => WebExtensionPolicy.getByID(id)?.privateBrowsingAllowed, firefoxAddonId);
	const privately = (await count(own)) + (isAllowed ? 1 : 0);
	await own.close();
	return { hosts: { privately, elsewhere }, vault: 'none', strays: [], before: [], after: [], elsewhere: [] };
}
