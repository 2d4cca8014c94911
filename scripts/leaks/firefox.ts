import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { FirefoxPage } from '../../test/firefox.ts';
import { launchFirefoxBauta, type ReadyFirefox } from '../../test/firefox-bauta.ts';
import type { Json } from '../../test/firefox-page.ts';
import { composerOf } from '../../test/firefox-switch.ts';
import { inMemoryBesideDecoy } from '../../test/heap.ts';
import { chatWindow, waitUntilReady } from '../demo/firefox.ts';
import type { PageOrFrame } from '../demo/window.ts';
import type { Actor, ActorOptions, ChatTab, Composer, Tab } from './actor.ts';
import { collectMessages, hearMessages, surfacesIn, vaultKeyIn } from './in-page.ts';
import { addListener } from './listening-build.ts';
import { lookPrivately } from './private-window.ts';
import type { ExtensionMessage, Recording } from './recording.ts';

const built = resolve(import.meta.dirname, '../..', process.env.BAUTA_FIREFOX_BUILD ?? 'dist-firefox');
const [control, enter, remove] = ['\uE009', '\uE007', '\uE017'];

const pageOrFrame = (target: FirefoxPage): PageOrFrame => ({
	evaluate: (body, value) => target.evaluate(body as unknown as (value: Json) => never, value as Json),
});

function composerIn(page: FirefoxPage, uuid: string): Composer {
	const frame = () => composerOf(page, uuid);
	return {
		async type(text) {
			const field = await frame();
			await field.click('textarea');
			for (const key of text) await field.type(key);
		},
		async erase() {
			const field = await frame();
			await field.click('textarea');
			await field.chord(control, 'a');
			await field.type(remove);
		},
		enter: async () => (await frame()).type(enter),
		async choose(place) {
			const field = await frame();
			await field.click('.mode');
			await field.until(() => document.querySelector('.sheet .end') !== null);
			await field.evaluate((at: number) => {
				const input = document.querySelectorAll<HTMLInputElement>('.choice input')[at];
				if (input) input.id = 'chosen';
			}, place);
			await field.click('#chosen');
			await field.click('.sheet .end');
		},
		waitFor: async (selector) => void (await (await frame()).until((wanted: string) => document.querySelector(wanted) !== null, selector)),
	};
}

/** Texts of messages that Bauta marks as the author's own. */
const marked = async (page: FirefoxPage): Promise<string[]> => {
	const texts = await page.pierce((root: ShadowRoot) => {
		if (root.querySelector('[role=img]')?.getAttribute('aria-label') !== 'Written by you') return null;
		for (let within: Node = root; within instanceof ShadowRoot; within = within.host.getRootNode()) {
			const around = within.host.closest('.chat-msg, .nc-comment');
			if (around) return around.textContent;
		}
		return null;
	});
	return texts.filter((text) => typeof text === 'string');
};

interface BrowserScope {
	Services: {
		obs: { addObserver(observer: object, topic: string): void };
		cookies: { cookies: { name: string }[] };
	};
	Cc: Record<string, { getService(type: unknown): { addCertFromBase64(base64: string, trust: string): void } }>;
	Ci: { nsIX509CertDB: unknown };
	askedFor: { by: string; url: string }[];
}

/** Takes up memory that is free, and lets it go: what lay there is overwritten, so that what is found then is in use. Runs in a page of Bauta's. */
function useUpMemory(): void {
	for (let round = 0; round < 8; round++) {
		const arrays: Uint8Array[] = [];
		for (let count = 0; count < 150_000; count++) arrays.push(new Uint8Array(count % 100).fill(1));
	}
}

/** Has every process of the browser collect its garbage and give its memory back. Runs in the browser's own scope. */
function collectGarbage(): void {
	const { Services } = globalThis as unknown as { Services: { obs: { notifyObservers(subject: null, topic: string): void } } };
	for (const topic of ['child-gc-request', 'child-cc-request', 'child-mmu-request']) Services.obs.notifyObservers(null, topic);
}

/** Trusts the servers' certificate, and notes from now on what the whole browser asks for and on whose behalf. Runs in the browser's own scope. */
function watchNetwork(base64: string): void {
	const scope = globalThis as unknown as BrowserScope & { Ci: { nsIHttpChannel: unknown; nsIX509CertDB: unknown } };
	scope.Cc['@mozilla.org/security/x509certdb;1']?.getService(scope.Ci.nsIX509CertDB).addCertFromBase64(base64, 'CT,,');
	const asked: { by: string; url: string }[] = [];
	scope.askedFor = asked;
	type Channel = { URI: { spec: string }; loadInfo?: { triggeringPrincipal?: { spec?: string; isSystemPrincipal?: boolean } } };
	const observer = {
		observe(subject: { QueryInterface(type: unknown): Channel }) {
			const channel = subject.QueryInterface(scope.Ci.nsIHttpChannel);
			const principal = channel.loadInfo?.triggeringPrincipal;
			const spec = principal?.spec ?? '';
			asked.push({ by: spec.startsWith('moz-extension:') ? 'bauta' : /^https?:/.test(spec) ? 'page' : 'browser', url: channel.URI.spec });
		},
	};
	scope.Services.obs.addObserver(observer, 'http-on-modify-request');
}

/** Starts Firefox with Bauta as it is built, with a listener to its messages where it is watched. */
export async function startFirefox({ phrase, certificate, isWatched }: ActorOptions): Promise<Actor> {
	const folder = await mkdtemp(join(tmpdir(), 'bauta-leaks-'));
	const [profile, copy] = [join(folder, 'profile'), join(folder, 'build')];
	await mkdir(profile);
	await cp(built, copy, { recursive: true });
	if (isWatched) addListener(copy);
	const granted = ['127.0.0.1', 'relay.test'].flatMap((host) => [`http://${host}/*`, `https://${host}/*`]);
	const base64 = certificate.cert.replace(/-----[^-]+-----|\s/g, '');
	const asked: Recording['requests'] = [];
	const start = async (key: string | null) => {
		const launched = await launchFirefoxBauta({
			phrase: key,
			profile,
			extension: copy,
			granted,
			settings: {},
			size: { width: 1100, height: 850 },
			preferences: {
				// an add-on that is installed for one run keeps what it stored
				'extensions.webextensions.keepStorageOnUninstall': true,
				'extensions.webextensions.keepUuidOnUninstall': true,
				'intl.accept_languages': 'de-CH, de',
			},
			prepare: (chrome) => chrome(watchNetwork, base64),
		});
		if (isWatched) await launched.popup.evaluate(hearMessages);
		return launched;
	};
	/** before the browser ends */
	const noteRequests = async () => {
		asked.push(...(await firefox.chrome(() => (globalThis as unknown as BrowserScope).askedFor.splice(0))));
	};
	let firefox: ReadyFirefox = await start(phrase);
	const version = await firefox.popup.evaluate(() => navigator.userAgent.replace(/.*Firefox\//, ''));
	const openChat: Actor['openChat'] = async (stage, isHeld = false): Promise<ChatTab> => {
		const page = await firefox.open(stage.page());
		if (!isHeld) await waitUntilReady(page, stage);
		const window = chatWindow(page, stage, firefox.uuid, () => page.close());
		return {
			...pageOrFrame(page),
			async turnOn() {
				await window.turnOn();
				return composerIn(page, firefox.uuid);
			},
			async goOn() {
				const frame = await composerOf(page, firefox.uuid);
				await frame.until(() => document.querySelectorAll('.choice button').length === 2);
				await frame.click('.choice button');
				await frame.until(() => document.querySelector('textarea')?.readOnly === false);
				return composerIn(page, firefox.uuid);
			},
			labelOn: window.labelOn,
			async reply(selector) {
				const isHidden = await page.evaluate((wanted: string) => {
					const button = document.querySelector(wanted);
					const menu = button?.closest('.chat-msg')?.querySelector('.chat-msg__actions button');
					if (menu) menu.id = 'menu-here';
					return menu !== null && menu !== undefined;
				}, selector);
				if (isHidden) await page.click('#menu-here');
				await page.click(selector);
			},
			close: () => page.close(),
		};
	};
	const open = async (url: string): Promise<Tab> => {
		const page = await firefox.open(url);
		return { ...pageOrFrame(page), marked: () => marked(page), close: () => page.close() };
	};
	return {
		browser: 'firefox',
		version,
		id: firefox.uuid,
		profile,
		ask: (to, body) => firefox.ask(to, body),
		openChat,
		open,
		vaultKey: () => firefox.popup.evaluate(vaultKeyIn),
		messages: () => firefox.popup.evaluate(collectMessages as unknown as () => Json) as unknown as Promise<ExtensionMessage[]>,
		async unlockByHand(passphrase) {
			const page = await firefox.openExtensionPage('popup.html?tab=2');
			await page.until(() => document.querySelector('input[type=password]') !== null);
			await page.click('input[type=password]');
			await page.type(passphrase + enter);
			await page.until(() => document.querySelector('[role=tablist]') !== null);
		},
		privately: (stage) => lookPrivately(firefox, stage),
		surfaces: () => firefox.popup.evaluate(surfacesIn),
		// Firefox lets nobody take a picture of a background's heap from outside, so all of the process's memory is read. Its garbage is
		// collected before, as Chromium does for a picture, and what is free is used up: small arrays are moved there, and a copy that was left
		// behind is not the living one
		async heap(secrets, isLocked) {
			// bytes that nobody overwrites, to see that the search finds such: the open vault's key lies there as text alone
			const decoy = crypto.getRandomValues(new Uint8Array(32));
			await firefox.popup.evaluate((bytes: number[]) => void Object.assign(globalThis, { decoy: new Uint8Array(bytes) }), [...decoy]);
			let names: string[] = [];
			for (let tries = isLocked ? 5 : 1; tries > 0; tries--) {
				await firefox.chrome(collectGarbage);
				if (isLocked) await firefox.popup.evaluate(useUpMemory);
				await new Promise((done) => setTimeout(done, 1000));
				names = await inMemoryBesideDecoy(profile, secrets, decoy, isLocked);
				if (names.length === 0) break;
			}
			return names.map((name) => `process: ${name}`);
		},
		cookies: () => firefox.chrome(() => (globalThis as unknown as BrowserScope).Services.cookies.cookies.map(({ name }) => name)),
		async restart() {
			await noteRequests();
			await firefox.close(true);
			firefox = await start(null);
		},
		async quit() {
			await noteRequests();
			await firefox.close(true);
		},
		requests: async () => asked,
		discard: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
	};
}
