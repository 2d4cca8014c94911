/** Where the popup stands: under the toolbar, where it closes at every click elsewhere, or in a tab; and when nobody answers. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPopupBrowser, type PopupBrowser } from './popup-browser.ts';
import { busyState, freshState, unlockedState } from './screens.ts';

/** What the browser gives a page of the extension. */
declare const chrome: { tabs: { getCurrent(): Promise<unknown> }; runtime: { sendMessage(message: unknown): Promise<unknown> } };

let popup: PopupBrowser;
beforeAll(async () => {
	popup = await openPopupBrowser();
});
afterAll(() => popup?.close());

/** A page that takes itself for the toolbar's popup: `tabs.getCurrent` says that it is in no tab. */
async function openUnderToolbar(): Promise<Page> {
	const page = await popup.browser.context.newPage();
	await page.addInitScript(() => {
		chrome.tabs.getCurrent = async () => undefined;
	});
	await page.goto(`chrome-extension://${popup.browser.id}/popup.html`);
	return page;
}

it('goes on in a tab where something has to be written down, and says so', async () => {
	await popup.setState(freshState);
	const toolbarPage = await openUnderToolbar();
	await toolbarPage.getByText(popup.say('popup_welcome_tab')).waitFor();
	const newTab = popup.browser.context.waitForEvent('page');
	await toolbarPage.getByRole('button', { name: popup.say('popup_welcome_new') }).click();
	const tab = await newTab;
	await tab.getByRole('heading', { name: popup.say('popup_words_title') }).waitFor();
	await expect.poll(() => tab.locator('.words li').count()).toBe(12);
	expect(new URL(tab.url()).searchParams.get('tab')).toMatch(/^\d+$/);
	expect(new URL(tab.url()).hash).toBe('');
	await expect.poll(() => toolbarPage.isClosed()).toBe(true);
	await tab.close();
});

it('offers a file and copying only in a tab', async () => {
	await popup.setState(unlockedState, { passphrase: 'x', key: 'a b c d e f g h i j k l' });
	const toolbarPage = await openUnderToolbar();
	await toolbarPage.locator('#tab-identity').click();
	await toolbarPage.getByRole('button', { name: popup.say('popup_import_another') }).click();
	await toolbarPage.getByRole('button', { name: popup.say('popup_import_file_tab') }).waitFor();
	expect(await toolbarPage.locator('input[type=file]').count()).toBe(0);
	await toolbarPage.getByRole('button', { name: popup.say('popup_back') }).click();
	await toolbarPage.getByRole('button', { name: popup.say('popup_phrase_show') }).click();
	await toolbarPage.getByLabel(popup.say('popup_passphrase'), { exact: true }).fill('x');
	await toolbarPage.keyboard.press('Enter');
	await toolbarPage.locator('.words li').first().waitFor();
	expect(await toolbarPage.getByRole('button', { name: popup.say('popup_copy') }).count()).toBe(0);
	await toolbarPage.close();
});

it('takes a key from a file, and keeps the text when it is none', async () => {
	const { page } = popup;
	await popup.open(freshState);
	await popup.press('popup_welcome_import');
	await page.locator('input[type=file]').setInputFiles({ name: 'key.txt', mimeType: 'text/plain', buffer: Buffer.from('ab'.repeat(32)) });
	await expect.poll(() => page.locator('textarea').inputValue()).toBe('ab'.repeat(32));
	await page.locator('input[type=file]').setInputFiles({ name: 'big.txt', mimeType: 'text/plain', buffer: Buffer.alloc(70_000, 97) });
	await popup.problem();
	expect(await page.locator('textarea').inputValue()).toBe('ab'.repeat(32));
});

it('shows how far the look at a key from a file has come', async () => {
	const { page } = popup;
	await popup.open(freshState);
	await popup.press('popup_welcome_import');
	await (await popup.browser.worker()).evaluate(() => {
		(self as unknown as { slowWork: { fraction: number } }).slowWork.fraction = 0.42;
	});
	await page.locator('input[type=file]').setInputFiles({ name: 'key.txt', mimeType: 'text/plain', buffer: Buffer.from('ab'.repeat(32)) });
	await page.getByLabel(popup.say('popup_working')).waitFor();
});

it('a passphrase that is being typed goes when the page is hidden, and before something grave as soon as the window loses focus', async () => {
	const { page } = popup;
	const leave = (hidden: boolean) =>
		page.evaluate(async (toHidden) => {
			if (toHidden) Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' });
			if (toHidden) document.dispatchEvent(new Event('visibilitychange'));
			else dispatchEvent(new Event('blur'));
			await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
		}, hidden);
	const field = popup.field('popup_passphrase');
	await popup.open({ ...unlockedState, vault: 'locked' });
	await field.fill('copper lagoon');
	await leave(false);
	expect(await field.inputValue()).toBe('copper lagoon');
	await leave(true);
	expect(await field.inputValue()).toBe('');
	await popup.open(unlockedState);
	await page.locator('#tab-identity').click();
	await popup.press('popup_phrase_show');
	await field.fill('copper lagoon');
	await leave(false);
	expect(await field.inputValue()).toBe('');
});

it('keeps the focus in the page when what had it goes away', async () => {
	const { page } = popup;
	await popup.open(busyState());
	const expectFocus = (key: string) => expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(popup.say(key));
	const cancel = page
		.locator('.entry')
		.first()
		.getByRole('button', { name: popup.say('popup_outbox_cancel') });
	await cancel.focus();
	await page.keyboard.press('Enter');
	await expectFocus('popup_no');
	await page.keyboard.press('Enter');
	await expectFocus('popup_outbox_cancel');
	await page.keyboard.press('Enter');
	await expectFocus('popup_no');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await expect.poll(() => page.locator('.entry').count()).toBe(2);
	await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
});

it('says what to do when nothing answers, and goes on when something does', async () => {
	await popup.setState(unlockedState);
	const page = await popup.browser.context.newPage();
	await page.addInitScript(() => {
		const { sendMessage } = chrome.runtime;
		const answers = { on: false };
		Object.assign(window, { answers });
		chrome.runtime.sendMessage = (message) => (answers.on ? sendMessage.call(chrome.runtime, message) : new Promise(() => {}));
	});
	await page.goto(`chrome-extension://${popup.browser.id}/popup.html`);
	await page.getByRole('heading', { name: popup.say('popup_silent') }).waitFor();
	await page.evaluate(() => {
		(window as unknown as { answers: { on: boolean } }).answers.on = true;
	});
	await page.getByRole('button', { name: popup.say('popup_try_again') }).click();
	await page.getByRole('tablist').waitFor();
	await page.close();
});
