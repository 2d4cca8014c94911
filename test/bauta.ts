import type { Page } from 'playwright-core';
import type { Answer, PopupRequests, Settings } from '../src/messages.ts';
import type { TestBrowser } from './browser.ts';

/** Asks the background from a page of the extension, as the popup does. Throws `code: detail` when it refuses. */
export async function ask<N extends keyof PopupRequests>(
	page: Page,
	to: N,
	body: PopupRequests[N]['in'],
): Promise<PopupRequests[N]['out']> {
	const answer = (await page.evaluate(
		([name, content]) =>
			(globalThis as unknown as { chrome: { runtime: { sendMessage(message: unknown): Promise<unknown> } } }).chrome.runtime.sendMessage({
				to: name,
				body: content,
			}),
		[to, body] as const,
	)) as Answer<N> | undefined;
	if (!answer) throw new Error(`${to}: no answer`);
	if (!answer.ok) throw new Error(`${answer.fault.code}: ${answer.fault.detail}`);
	return answer.value;
}

export interface SetUp {
	/** recovery phrase to import; default: a new identity */
	phrase?: string;
	passphrase?: string;
	settings?: Partial<Settings>;
	/** sites to enable, by origin. The hosts must have been granted at install */
	sites?: { origin: string; frontend: string }[];
}

export const testPassphrase = 'gondola lantern quiet harbour';

/** Brings a fresh profile past first run: vault made and unlocked, settings set, sites enabled. Returns the recovery phrase. */
export async function setUpBauta(browser: TestBrowser, options: SetUp = {}): Promise<string> {
	const page = await browser.openExtensionPage('popup.html');
	try {
		const phrase = options.phrase ?? (await ask(page, 'identity.generate', {})).phrase;
		const passphrase = options.passphrase ?? testPassphrase;
		await ask(page, 'vault.create', { passphrase, key: phrase, keyPassphrase: '', confirmed: true });
		if (options.settings) await ask(page, 'settings.set', options.settings);
		for (const { origin, frontend } of options.sites ?? []) {
			await ask(page, 'site.wanted', { origin, frontend, hosts: [] });
			await ask(page, 'site.granted', { origin });
		}
		return phrase;
	} finally {
		await page.close();
	}
}
