import { bytesToHex } from '@noble/hashes/utils.js';
import { generateSecretKey } from 'nostr-tools/pure';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FirefoxPage } from '../firefox.ts';
import { launchFirefoxBauta, type ReadyFirefox } from '../firefox-bauta.ts';
import { answerPrompt } from '../firefox-prompt.ts';
import { composerOf, switchOf, turnOn } from '../firefox-switch.ts';
import { type CommentsServer, commentsVersion, serveNostrComments } from '../servers/nostr-comments.ts';
import { startRelay, type TestRelay } from '../servers/relay.ts';
import { type SocksProxy, startSocksProxy } from '../servers/socks.ts';
import { pressUntil, until } from '../until.ts';

// A relay on another host than the web chat's: in Firefox nothing is said to it before the person has allowed it, in the browser's own prompt.

const url = 'https://blog.test/who-decides';
let relay: TestRelay;
let proxy: SocksProxy;
let comments: CommentsServer;
let firefox: ReadyFirefox;
let page: FirefoxPage;
let popup: FirefoxPage;

/** How the page's own socket is told from ours: it is the one that was there first. */
const sockets = () => relay.handshakes.filter(({ upgrade }) => upgrade);

const holds = (...origins: string[]) =>
	firefox.popup.evaluate((json: string) => {
		const { permissions } = (globalThis as unknown as { browser: { permissions: { contains(what: object): Promise<boolean> } } }).browser;
		return permissions.contains({ origins: JSON.parse(json) });
	}, JSON.stringify(origins));

const promptOpen = () =>
	firefox.chrome(() => (globalThis as unknown as { PopupNotifications: { isPanelOpen: boolean } }).PopupNotifications.isPanelOpen);

/** The button of this name is the one that `press` presses. */
async function markButton(name: string): Promise<void> {
	await popup.until((wanted: string) => {
		const button = [...document.querySelectorAll('button')].find((one) => one.textContent === wanted);
		for (const other of document.querySelectorAll('[data-asked]')) other.removeAttribute('data-asked');
		button?.setAttribute('data-asked', '');
		button?.scrollIntoView({ block: 'center' });
		return button !== undefined;
	}, name);
}

/** Presses the button until the browser asks: a prompt that has just gone takes the next click with it. */
const press = () => pressUntil(() => popup.click('button[data-asked]'), promptOpen, 'the prompt');

/** Answers the browser's prompt once it is there, and waits until it is gone. Returns its words, with the hosts that it names. */
async function answer(allow: boolean): Promise<string> {
	const words = await until(() => answerPrompt(firefox, allow), 'the browser’s prompt');
	await until(async () => !(await promptOpen()), 'the end of the prompt');
	return words;
}

/** Writes this in the composer in the page, and waits until the relay has it. */
async function post(text: string): Promise<void> {
	const frame = await composerOf(page, firefox.uuid);
	await frame.click('textarea');
	await frame.type(text);
	await frame.click('button.send');
	await until(() => relay.said('EVENT').find((said) => (said[1] as { content: string }).content === text), 'the post');
}

describe.skipIf(!commentsVersion())('a relay on another host, in Firefox', () => {
	beforeAll(async () => {
		[relay, proxy] = await Promise.all([startRelay(), startSocksProxy()]);
		comments = await serveNostrComments();
		firefox = await launchFirefoxBauta({
			sites: [comments.origin],
			frontend: 'nostr-comments',
			preferences: { 'security.notification_enable_delay': 0 },
		});
		const relays = [`ws://relay.test:${relay.port}`];
		page = await firefox.open(comments.page({ relays, url, key: bytesToHex(generateSecretKey()) }));
	});

	afterAll(async () => {
		await firefox?.close();
		await comments?.close();
		await relay?.close();
		await proxy?.close();
	});

	it('is not spoken to before it is allowed, and the switch says so', async () => {
		await until(async () => {
			const found = await switchOf(page);
			return found?.grey && found.words.includes('Press the mask in the toolbar');
		}, 'a grey switch that says what to do');
		expect(await holds('http://relay.test/*')).toBe(false);
		expect(relay.handshakes.length).toBe(sockets().length);
		expect(
			new Set(sockets().map(({ rawHeaders }) => rawHeaders[rawHeaders.findIndex((name) => name.toLowerCase() === 'user-agent') + 1])).size,
		).toBe(1);
		expect(JSON.stringify(relay.handshakes)).not.toContain('moz-extension');
	});

	it('that only the page names is asked about in the popup, together with the browser’s question; who refuses that has changed nothing', async () => {
		const tab = await firefox.popup.evaluate(async (origin: string) => {
			const { tabs } = (globalThis as unknown as { browser: { tabs: { query(what: object): Promise<{ id: number; url?: string }[]> } } })
				.browser;
			return (await tabs.query({})).find((one) => one.url?.startsWith(origin))?.id ?? null;
		}, comments.origin);
		popup = await firefox.openExtensionPage(`popup.html?tab=${tab}`);
		await markButton(`Use \u2068relay.test:${relay.port}\u2069`);
		await press();
		await answer(false);
		// the page's word counts now, the browser's leave is still to be given
		await markButton('Also allow relay.test');
		expect(await holds('http://relay.test/*')).toBe(false);
		expect(JSON.stringify(relay.handshakes)).not.toContain('moz-extension');
	});

	it('once it is allowed, the switch opens and nothing names the extension', async () => {
		await press();
		expect(await answer(true)).toContain('relay.test');
		await until(() => holds('http://relay.test/*', 'ws://relay.test/*'), 'the permission');
		await page.activate();
		await turnOn(page, firefox.uuid);
		await post('said on another host');
		expect(JSON.stringify(relay.handshakes)).not.toContain('moz-extension');
		expect(JSON.stringify(relay.handshakes)).not.toContain(firefox.uuid);
	});

	it('by a proxy that the person chose, in the browser’s own question, Bauta reaches it in no other way; the page goes as before', async () => {
		await popup.activate();
		await popup.evaluate(() => scrollTo(0, 0));
		await popup.click('#tab-settings');
		await popup.until(() => {
			const field = document.querySelector('[aria-describedby*=problem-proxy]');
			field?.scrollIntoView({ block: 'center' });
			return field !== null;
		});
		await popup.click('[aria-describedby*=problem-proxy]');
		await popup.type(`127.0.0.1:${proxy.port}`);
		await markButton('Use this proxy');
		await press();
		await answer(true);
		await popup.until((address: string) => document.body.textContent?.includes(address) === true, `127.0.0.1:${proxy.port}`);
		await page.activate();
		const before = relay.handshakes.length;
		await post('said by a proxy');
		expect(proxy.requests.length).toBeGreaterThan(1);
		// a slow connection has the browser open one more at the proxy, over which nothing may come
		const ports = new Set(proxy.requests.map(({ from }) => from));
		expect(relay.handshakes.length).toBeGreaterThan(before);
		expect(relay.handshakes.slice(before).filter(({ port }) => !ports.has(port))).toEqual([]);
		for (const { kind, host } of proxy.requests) expect(`${kind} ${host}`).toBe('name relay.test');
		await popup.activate();
		await markButton('Send without a proxy');
		await popup.click('button[data-asked]');
		await popup.until(() => document.querySelector('[aria-describedby*=problem-proxy]') !== null);
		await page.activate();
	});

	it('it stays open for who gave leave in the browser’s own list, which may know no WebSocket', async () => {
		await firefox.revoke(['ws://relay.test/*', 'ws://127.0.0.1/*']);
		await until(async () => !(await holds('ws://relay.test/*')), 'the permission to be gone');
		expect(await holds('http://relay.test/*')).toBe(true);
		await page.reload();
		await until(async () => (await switchOf(page))?.grey === false, 'an open switch');
	});
});
