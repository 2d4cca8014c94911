import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { launchBauta, type ReadyBauta } from '../../test/bauta.ts';
import { grantedCopy } from '../../test/browser.ts';
import { composerFrame } from '../../test/content/page.ts';
import { debuggable, heapsOf, inMemoryBesideDecoy } from '../../test/heap.ts';
import { type Pierced, pierce } from '../../test/pierce.ts';
import { testPassphrase } from '../../test/setup.ts';
import { chatWindow } from '../demo/chromium.ts';
import { waitUntilReady } from '../demo/page.ts';
import type { Actor, ActorOptions, ChatTab, Composer, Tab } from './actor.ts';
import { collectMessages, hearMessages, markedIn, surfacesIn, vaultKeyIn } from './in-page.ts';
import { addListener } from './listening-build.ts';
import { allowPrivateWindows, writePrivately } from './private-window.ts';
import type { Recording } from './recording.ts';
import { texts } from './texts.ts';

/** The composer in this page, whichever frame it is in by now. */
function composerIn(page: Page): Composer {
	const field = async () => (await composerFrame(page)).locator('textarea');
	return {
		async type(text) {
			const frame = await composerFrame(page);
			await frame.locator('textarea').click();
			await frame.locator('textarea').pressSequentially(text, { delay: 25 });
		},
		async erase() {
			await (await field()).press('Control+a');
			await (await field()).press('Delete');
		},
		enter: async () => (await field()).press('Enter'),
		async choose(place) {
			const frame: Frame = await composerFrame(page);
			await frame.locator('.mode').click();
			await frame.locator('.choice input').nth(place).check();
			await frame.locator('.sheet .end').click();
		},
		waitFor: async (selector) => (await composerFrame(page)).locator(selector).first().waitFor(),
	};
}

/** Texts of messages that Bauta marks as the author's own. */
async function marked(page: Page): Promise<string[]> {
	const textOf = (element: Pierced | null): string => {
		for (let at = element; at; at = at.parent) if (markedIn.test(at.attributes.class ?? '')) return at.text;
		return '';
	};
	const badges = await pierce(page, ({ name, attributes }) => name === 'i' && attributes['aria-label'] === 'Written by you');
	return badges.map(textOf);
}

/** of the popup's page that a person opens, in a tab; the tests' own is another one */
const popupPath = 'popup.html?tab=2';

/** Starts Chromium with Bauta as it is built, with a listener to its messages where it is watched. */
export async function startChromium({ phrase, certificate, isWatched }: ActorOptions): Promise<Actor> {
	const folder = await mkdtemp(join(tmpdir(), 'bauta-leaks-'));
	const [profile, copy] = [join(folder, 'profile'), await grantedCopy()];
	if (isWatched) addListener(copy);
	const logs: string[] = [];
	const start = async (key: string | null) => {
		const log = join(folder, `net-log-${logs.length}.json`);
		logs.push(log);
		const flags = [
			`--ignore-certificate-errors-spki-list=${certificate.spki}`,
			...debuggable,
			// another language than the one that everybody is made to have
			'--accept-lang=de-CH,de',
			...(isWatched ? [`--log-net-log=${log}`] : []),
		];
		const launched = await launchBauta({ phrase: key, profile, copy, flags, settings: {} });
		if (isWatched) await launched.popup.evaluate(hearMessages);
		return launched;
	};
	let bauta: ReadyBauta = await start(phrase);
	const openChat: Actor['openChat'] = async (stage, isHeld = false): Promise<ChatTab> => {
		const page = await bauta.open(stage.page());
		if (!isHeld) await waitUntilReady(page, stage);
		await page.bringToFront();
		const window = chatWindow(page, stage, () => page.close());
		return {
			evaluate: window.evaluate,
			async turnOn() {
				await window.turnOn();
				return composerIn(page);
			},
			async goOn() {
				const frame = await composerFrame(page);
				await frame.locator('.choice button').first().click();
				return composerIn(page);
			},
			labelOn: window.labelOn,
			async reply(selector) {
				const button = page.locator(selector);
				const message = page.locator('.chat-msg, .nc-comment', { has: button }).last();
				await message.hover();
				if (!(await button.isVisible())) await message.locator('.chat-msg__actions button').first().click();
				await button.click();
			},
			close: () => page.close(),
		};
	};
	const open = async (url: string): Promise<Tab> => {
		const page = await bauta.open(url);
		await page.bringToFront();
		return {
			evaluate: (body, value) => page.evaluate(body as never, value as never),
			marked: () => marked(page),
			close: () => page.close(),
		};
	};
	return {
		browser: 'chromium',
		version: bauta.context.browser()?.version() ?? '',
		id: bauta.id,
		profile,
		ask: (to, body) => bauta.ask(to, body),
		openChat,
		open,
		vaultKey: () => bauta.popup.evaluate(vaultKeyIn),
		messages: () => bauta.popup.evaluate(collectMessages),
		async unlockByHand(passphrase) {
			const page = await bauta.openExtensionPage(popupPath);
			await page.locator('input[type=password]').pressSequentially(passphrase);
			await page.keyboard.press('Enter');
			await page.getByRole('tablist').waitFor();
		},
		privately: (stage) =>
			writePrivately(bauta, stage, { passphrase: testPassphrase, text: texts.privately }, async (page) => {
				await waitUntilReady(page, stage);
				await chatWindow(page, stage, () => page.close()).turnOn();
				return composerIn(page);
			}),
		surfaces: () => bauta.popup.evaluate(surfacesIn),
		async heap(secrets, isLocked) {
			const heaps = await heapsOf(profile);
			try {
				const names: string[] = [];
				// one picture at a time: their pieces come over one connection
				for (const place of ['background.js', popupPath])
					for (const name of await heaps.search(`chrome-extension://${bauta.id}/${place}`, secrets)) names.push(`${place}: ${name}`);
				// bytes that nobody overwrites, to see that the search finds such
				const decoy = crypto.getRandomValues(new Uint8Array(32));
				await bauta.popup.evaluate((bytes) => void Object.assign(globalThis, { decoy: new Uint8Array(bytes) }), [...decoy]);
				const inProcess = await inMemoryBesideDecoy(profile, secrets, decoy, isLocked);
				return [...names, ...inProcess.map((name) => `process: ${name}`)];
			} finally {
				heaps.close();
			}
		},
		async cookies() {
			const session = await bauta.context.newCDPSession(bauta.popup);
			const { cookies } = await session.send('Storage.getCookies');
			return cookies.map(({ name }) => name);
		},
		async restart() {
			await bauta.close(true);
			if (isWatched) allowPrivateWindows(profile, bauta.id);
			bauta = await start(null);
		},
		quit: () => bauta.close(true),
		requests: async () => (await Promise.all(logs.map((log) => requestsIn(log, bauta.id)))).flat(),
		async discard() {
			for (const path of [folder, copy]) await rm(path, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

/** What a log of the browser's network says that was asked for, and by whom. */
async function requestsIn(log: string, id: string): Promise<Recording['requests']> {
	const { events } = JSON.parse(await readFile(log, 'utf8')) as {
		events: { params?: { url?: string; initiator?: string; host?: string } }[];
	};
	return events.flatMap(({ params }) => {
		if (params?.url && params.initiator !== undefined)
			return [{ by: params.initiator.includes(id) ? 'bauta' : /^https?:/.test(params.initiator) ? 'page' : 'browser', url: params.url }];
		return params?.host ? [{ by: 'resolver', url: params.host }] : [];
	});
}
