import type { Page } from 'playwright-core';
import type { ReadyBauta } from './bauta.ts';
import { say } from './popup/keyboard.ts';

/** All that `storage.local` holds of the vault, and how many identities are in it. */
export const keptBy = async ({ popup, ask }: ReadyBauta) => ({
	vault: await popup.evaluate(async () => {
		const { storage } = (globalThis as unknown as { chrome: { storage: { local: { get(key: string): Promise<object> } } } }).chrome;
		return JSON.stringify(await storage.local.get('vault'));
	}),
	identities: (await ask('popup.state', { tab: null })).identities.length,
});

/** Opens the page that takes a key, in a tab. `id`: the extension's. */
export async function openImportPage(page: Page, id: string): Promise<Page> {
	await page.goto(`chrome-extension://${id}/popup.html?tab=1#import`);
	await page.reload();
	await page.getByRole('heading', { name: say('popup_import_title') }).waitFor();
	return page;
}

/** Pastes as a person does: what is pasted is looked at without being asked to. */
export async function pasteInto(page: Page, text: string): Promise<void> {
	await page.locator('textarea').evaluate((field: HTMLTextAreaElement, value) => {
		field.focus();
		const clipboardData = new DataTransfer();
		clipboardData.setData('text/plain', value);
		if (!field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))) return;
		field.value = value;
		field.dispatchEvent(new InputEvent('input', { inputType: 'insertFromPaste', bubbles: true }));
	}, text);
}
