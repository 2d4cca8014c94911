import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { PopupState } from '../../src/messages/popup.ts';
import { launchBrowser, type TestBrowser } from '../browser.ts';
import { buildPopup } from './build-popup.ts';

/** What fake-background.ts puts on `self`. */
interface Background {
	messages: { to: string; body: Record<string, unknown> }[];
	setState(state: Partial<PopupState>, secret: { passphrase: string; key: string }): void;
}

/** The popup in a real browser, with a background whose state the test sets. */
export interface PopupBrowser {
	page: Page;
	browser: TestBrowser;
	/** the folder that the extension was built into */
	extension: string;
	/** addresses outside the extension that anything in the browser asked for */
	networkRequests: string[];
	/** the string of this key in the language of the build; its placeholders are filled in order */
	say(key: string, ...parts: string[]): string;
	/** sets what the background answers; what was asked before is forgotten */
	setState(state: Partial<PopupState>, secret?: { passphrase: string; key: string }): Promise<void>;
	/** what the popup asked the background since the state was set, other than how things stand */
	messages(): Promise<Background['messages']>;
	/** sets the state and opens the popup anew */
	open(state: Partial<PopupState>, secret?: { passphrase: string; key: string }): Promise<void>;
	/** the button with exactly the string of this key */
	button(key: string, ...parts: string[]): Locator;
	press(key: string, ...parts: string[]): Promise<void>;
	field(key: string, ...parts: string[]): Locator;
	/** the words of the phrase on show, once it is there */
	words(): Promise<string[]>;
	/** waits for the first problem that is shown and returns its words */
	problem(): Promise<string>;
	close(): Promise<void>;
}

/** Builds the popup in this language and opens it in a browser of its own. Close it afterwards. */
export async function openPopupBrowser(language: 'en' | 'ar' = 'en'): Promise<PopupBrowser> {
	const extension = await buildPopup(language);
	const browser = await launchBrowser({ extension, viewport: { width: 360, height: 600 } });
	const strings = JSON.parse(await readFile(resolve(import.meta.dirname, `../../public/_locales/${language}/messages.json`), 'utf8'));
	const networkRequests: string[] = [];
	browser.context.on('request', (request) => {
		if (!/^(chrome-extension|data|blob|about):/.test(request.url())) networkRequests.push(request.url());
	});
	const worker = await browser.worker();
	const page = await browser.openExtensionPage('popup.html');
	const say = (key: string, ...parts: string[]): string => {
		if (!strings[key]) throw new Error(`no string ${key}`);
		return strings[key].message.replace(/\$\w+\$/g, () => parts.shift() ?? '');
	};
	const exact = (words: string) => new RegExp(`^${words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
	const popup: PopupBrowser = {
		page,
		browser,
		extension,
		networkRequests,
		say,
		setState: (state, secret = { passphrase: '', key: '' }) =>
			worker.evaluate(([next, knownSecret]) => (self as unknown as Background).setState(next, knownSecret), [state, secret] as const),
		messages: () => worker.evaluate(() => (self as unknown as Background).messages),
		async open(state, secret) {
			await popup.setState(state, secret);
			await page.goto(`chrome-extension://${browser.id}/popup.html`);
			await page.locator('h1').first().waitFor();
		},
		button: (key, ...parts) => page.getByRole('button', { name: exact(say(key, ...parts)) }),
		press: (key, ...parts) =>
			popup
				.button(key, ...parts)
				.first()
				.click(),
		field: (key, ...parts) => page.getByLabel(exact(say(key, ...parts))).first(),
		async words() {
			const words = page.locator('.words li');
			await words.first().waitFor();
			return words.allTextContents();
		},
		async problem() {
			const problem = page.locator('.problem:not([hidden])').first();
			await problem.waitFor();
			return (await problem.textContent()) ?? '';
		},
		close: () => browser.close(),
	};
	return popup;
}

/** Writes the whole page as `pictures/popup/<name>.png`, which git ignores; only where the environment says PICTURES=1. */
export async function picture(page: Page, name: string): Promise<void> {
	if (process.env.PICTURES !== '1') return;
	await page.screenshot({ path: join(import.meta.dirname, '../../pictures/popup', `${name}.png`), fullPage: true });
}
