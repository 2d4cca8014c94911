import type { Page } from 'playwright-core';
import type { Answer, RequestName, Requests } from '../src/messages/messages.ts';
import { type BrowserOptions, launchBrowser, type TestBrowser } from './browser.ts';
import { type Setup, testPassphrase, testPhrase } from './setup.ts';

export { testPassphrase, testPhrase } from './setup.ts';

/** A browser with Bauta set up in it, and the extension page through which a test speaks to the background as the popup does. */
export interface ReadyBauta extends TestBrowser {
	popup: Page;
	/** enables Bauta on a site as the popup does */
	enable(origin: string, frontend: string): Promise<void>;
	/** asks the background as the popup does; throws the code of a refusal */
	ask<N extends RequestName>(to: N, body: Requests[N]['in']): Promise<Requests[N]['out']>;
}

export type BautaOptions = BrowserOptions & Setup;

/** Starts Chromium with Bauta unlocked and enabled on these sites. Hosts are granted at install; the prompt has a test of its own. */
export async function launchBauta(options: BautaOptions = {}): Promise<ReadyBauta> {
	const { phrase = testPhrase, sites = [], frontend = 'converse', settings = { delayMin: 0, delayMax: 0 }, ...launch } = options;
	const browser = await launchBrowser({ granted: true, ...launch });
	const popup = await browser.openExtensionPage('popup.html?tab=1');
	async function ask<N extends RequestName>(to: N, body: Requests[N]['in']): Promise<Requests[N]['out']> {
		const answer = (await popup.evaluate(
			(message) => {
				const { runtime } = (globalThis as unknown as { chrome: { runtime: { sendMessage(message: unknown): Promise<unknown> } } }).chrome;
				return runtime.sendMessage(message);
			},
			{ to, body },
		)) as Answer<N> | undefined;
		if (!answer) throw new Error(`${to}: no answer`);
		if (!answer.ok) throw Object.assign(new Error(`${to}: ${answer.fault.code} ${answer.fault.detail}`), answer.fault);
		return answer.value;
	}
	const enable = async (origin: string, chat: string) => {
		await ask('site.wanted', { origin, frontend: chat, name: chat, hosts: [] });
		await ask('site.granted', { origin });
	};
	try {
		if (phrase !== null) {
			await ask('vault.create', { passphrase: testPassphrase, key: phrase, keyPassphrase: '', confirmed: true });
			await ask('settings.set', settings);
		}
		for (const origin of sites) await enable(origin, frontend);
	} catch (thrown) {
		await browser.close();
		throw thrown;
	}
	return { ...browser, popup, enable, ask };
}
