import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { PopupState } from '../../src/messages/popup.ts';
import { launchBrowser, type TestBrowser } from '../browser.ts';
import { buildPopup } from './build.ts';

interface Background {
	asked: { to: string; body: Record<string, unknown> }[];
	scene(state: Partial<PopupState>, secret: { passphrase: string; key: string }): void;
}

/** The popup in a real browser, with a background whose state the test sets. */
export interface Stage {
	page: Page;
	browser: TestBrowser;
	extension: string;
	/** addresses outside the extension that anything in the browser asked for */
	requests: string[];
	say(key: string, ...parts: string[]): string;
	scene(state: Partial<PopupState>, secret?: { passphrase: string; key: string }): Promise<void>;
	asked(): Promise<Background['asked']>;
	/** sets the state and opens the popup anew */
	open(state: Partial<PopupState>, secret?: { passphrase: string; key: string }): Promise<void>;
	button(key: string, ...parts: string[]): Locator;
	press(key: string, ...parts: string[]): Promise<void>;
	field(key: string, ...parts: string[]): Locator;
	/** the words of the phrase on show, once it is there */
	words(): Promise<string[]>;
	/** waits for the first problem that is shown and returns its words */
	problem(): Promise<string>;
	close(): Promise<void>;
}

export async function openStage(language: 'en' | 'ar' = 'en'): Promise<Stage> {
	const extension = await buildPopup(language);
	const browser = await launchBrowser({ extension, viewport: { width: 360, height: 600 } });
	const strings = JSON.parse(await readFile(resolve(import.meta.dirname, `../../public/_locales/${language}/messages.json`), 'utf8'));
	const requests: string[] = [];
	browser.context.on('request', (request) => {
		if (!/^(chrome-extension|data|blob|about):/.test(request.url())) requests.push(request.url());
	});
	const worker = await browser.worker();
	const page = await browser.openExtensionPage('popup.html');
	const say = (key: string, ...parts: string[]): string => {
		if (!strings[key]) throw new Error(`no string ${key}`);
		return strings[key].message.replace(/\$\w+\$/g, () => parts.shift() ?? '');
	};
	const exact = (words: string) => new RegExp(`^${words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
	const stage: Stage = {
		page,
		browser,
		extension,
		requests,
		say,
		scene: (state, secret = { passphrase: '', key: '' }) =>
			worker.evaluate(([next, known]) => (self as unknown as Background).scene(next, known), [state, secret] as const),
		asked: () => worker.evaluate(() => (self as unknown as Background).asked),
		async open(state, secret) {
			await stage.scene(state, secret);
			await page.goto(`chrome-extension://${browser.id}/popup.html`);
			await page.locator('h1').first().waitFor();
		},
		button: (key, ...parts) => page.getByRole('button', { name: exact(say(key, ...parts)) }),
		press: (key, ...parts) =>
			stage
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
			const shown = page.locator('.problem:not([hidden])').first();
			await shown.waitFor();
			return (await shown.textContent()) ?? '';
		},
		async close() {
			await browser.close();
			await rm(extension, { recursive: true, force: true });
		},
	};
	return stage;
}

/** The names of pictures go where git does not look; only with PICTURES=1. */
export async function picture(page: Page, name: string): Promise<void> {
	if (process.env.PICTURES !== '1') return;
	await page.screenshot({ path: join(import.meta.dirname, '../../pictures/popup', `${name}.png`), fullPage: true });
}
