import type { Answer, RequestName, Requests } from '../src/messages/messages.ts';
import { type FirefoxOptions, type FirefoxPage, launchFirefox, type TestFirefox } from './firefox.ts';
import { type Setup, testPassphrase, testPhrase } from './setup.ts';

/** A Firefox with Bauta set up in it, and the extension page through which a test speaks to the background as the popup does. */
export interface ReadyFirefox extends TestFirefox {
	popup: FirefoxPage;
	/** asks the background as the popup does; throws the code of a refusal */
	ask<N extends RequestName>(to: N, body: Requests[N]['in']): Promise<Requests[N]['out']>;
}

/** Starts Firefox with Bauta unlocked and enabled on these sites. Hosts are granted as if the person had said yes: default, this machine. Vaults of the build that tests run cost little. */
export async function launchFirefoxBauta(options: Setup & FirefoxOptions = {}): Promise<ReadyFirefox> {
	const { phrase = testPhrase, sites = [], frontend = 'converse', settings = { delayMin: 0, delayMax: 0 }, ...launch } = options;
	const firefox = await launchFirefox({
		copy: launch.extension === undefined,
		granted: ['http://127.0.0.1/*', 'ws://127.0.0.1/*'],
		...launch,
	});
	try {
		const popup = await firefox.openExtensionPage('popup.html?tab=1');
		async function ask<N extends RequestName>(to: N, body: Requests[N]['in']): Promise<Requests[N]['out']> {
			const answer = (await popup.evaluate(async (message: string) => {
				const { runtime } = (globalThis as unknown as { browser: { runtime: { sendMessage(message: unknown): Promise<never> } } }).browser;
				for (let tries = 0; ; tries++)
					try {
						return await runtime.sendMessage(JSON.parse(message));
					} catch (thrown) {
						// as the popup does where the browser was just ending the background (src/messages/request.ts)
						if (tries === 3 || !/Receiving end/.test(`${thrown}`)) throw thrown;
						await new Promise((again) => setTimeout(again, 300));
					}
			}, JSON.stringify({ to, body }))) as Answer<N> | null;
			if (!answer) throw new Error(`${to}: no answer`);
			if (!answer.ok) throw Object.assign(new Error(`${to}: ${answer.fault.code} ${answer.fault.detail}`), answer.fault);
			return answer.value;
		}
		if (phrase !== null) {
			await ask('vault.create', { passphrase: testPassphrase, key: phrase, keyPassphrase: '', confirmed: true });
			await ask('settings.set', settings);
		}
		for (const origin of sites) {
			await ask('site.wanted', { origin, frontend, name: frontend, hosts: [] });
			await ask('site.granted', { origin });
		}
		return { ...firefox, popup, ask };
	} catch (thrown) {
		await firefox.close();
		throw thrown;
	}
}
