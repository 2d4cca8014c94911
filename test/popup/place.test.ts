/** Where the popup stands: under the toolbar, where it closes at every click elsewhere, or in a tab; and when nobody answers. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { busy, fresh, open } from './scenes.ts';
import { openStage, type Stage } from './stage.ts';

/** What the browser gives a page of the extension. */
declare const chrome: { tabs: { getCurrent(): Promise<unknown> }; runtime: { sendMessage(message: unknown): Promise<unknown> } };

let stage: Stage;
beforeAll(async () => {
	stage = await openStage();
});
afterAll(() => stage?.close());

/** A page that takes itself for the toolbar's popup: `tabs.getCurrent` says that it is in no tab. */
async function openUnderToolbar(): Promise<Page> {
	const page = await stage.browser.context.newPage();
	await page.addInitScript(() => {
		chrome.tabs.getCurrent = async () => undefined;
	});
	await page.goto(`chrome-extension://${stage.browser.id}/popup.html`);
	return page;
}

it('goes on in a tab where something has to be written down, and says so', async () => {
	await stage.scene(fresh);
	const popup = await openUnderToolbar();
	await popup.getByText(stage.say('popup_welcome_tab')).waitFor();
	const opened = stage.browser.context.waitForEvent('page');
	await popup.getByRole('button', { name: stage.say('popup_welcome_new') }).click();
	const tab = await opened;
	await tab.getByRole('heading', { name: stage.say('popup_words_title') }).waitFor();
	await expect.poll(() => tab.locator('.words li').count()).toBe(12);
	expect(new URL(tab.url()).searchParams.get('tab')).toMatch(/^\d+$/);
	expect(new URL(tab.url()).hash).toBe('');
	await expect.poll(() => popup.isClosed()).toBe(true);
	await tab.close();
});

it('offers a file and copying only in a tab', async () => {
	await stage.scene(open, { passphrase: 'x', key: 'a b c d e f g h i j k l' });
	const popup = await openUnderToolbar();
	await popup.locator('#tab-identity').click();
	await popup.getByRole('button', { name: stage.say('popup_import_another') }).click();
	await popup.getByRole('button', { name: stage.say('popup_import_file_tab') }).waitFor();
	expect(await popup.locator('input[type=file]').count()).toBe(0);
	await popup.getByRole('button', { name: stage.say('popup_back') }).click();
	await popup.getByRole('button', { name: stage.say('popup_phrase_show') }).click();
	await popup.getByLabel(stage.say('popup_passphrase'), { exact: true }).fill('x');
	await popup.keyboard.press('Enter');
	await popup.locator('.words li').first().waitFor();
	expect(await popup.getByRole('button', { name: stage.say('popup_copy') }).count()).toBe(0);
	await popup.close();
});

it('takes a key from a file, and keeps the text when it is none', async () => {
	const { page } = stage;
	await stage.open(fresh);
	await stage.press('popup_welcome_import');
	await page.locator('input[type=file]').setInputFiles({ name: 'key.txt', mimeType: 'text/plain', buffer: Buffer.from('ab'.repeat(32)) });
	await expect.poll(() => page.locator('textarea').inputValue()).toBe('ab'.repeat(32));
	await page.locator('input[type=file]').setInputFiles({ name: 'big.txt', mimeType: 'text/plain', buffer: Buffer.alloc(70_000, 97) });
	await stage.problem();
	expect(await page.locator('textarea').inputValue()).toBe('ab'.repeat(32));
});

it('keeps the focus in the page when what had it goes away', async () => {
	const { page } = stage;
	await stage.open(busy());
	const focused = (key: string) => expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(stage.say(key));
	const cancel = page
		.locator('.entry')
		.first()
		.getByRole('button', { name: stage.say('popup_outbox_cancel') });
	await cancel.focus();
	await page.keyboard.press('Enter');
	await focused('popup_no');
	await page.keyboard.press('Enter');
	await focused('popup_outbox_cancel');
	await page.keyboard.press('Enter');
	await focused('popup_no');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await expect.poll(() => page.locator('.entry').count()).toBe(2);
	await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
});

it('says what to do when nothing answers, and goes on when something does', async () => {
	await stage.scene(open);
	const page = await stage.browser.context.newPage();
	await page.addInitScript(() => {
		const { sendMessage } = chrome.runtime;
		const answers = { on: false };
		Object.assign(window, { answers });
		chrome.runtime.sendMessage = (message) => (answers.on ? sendMessage.call(chrome.runtime, message) : new Promise(() => {}));
	});
	await page.goto(`chrome-extension://${stage.browser.id}/popup.html`);
	await page.getByRole('heading', { name: stage.say('popup_silent') }).waitFor();
	await page.evaluate(() => {
		(window as unknown as { answers: { on: boolean } }).answers.on = true;
	});
	await page.getByRole('button', { name: stage.say('popup_try_again') }).click();
	await page.getByRole('tablist').waitFor();
	await page.close();
});
