import { bytesToHex } from '@noble/hashes/utils.js';
import { finalizeEvent, generateSecretKey } from 'nostr-tools/pure';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FirefoxPage, launchFirefox, type TestFirefox } from '../firefox.ts';
import { composerOf, openSwitch, switchOf, turnOn } from '../firefox-switch.ts';
import { defineHosts, labelSpyHead, probePage } from '../pages/label-spy.ts';
import { type CommentsServer, commentsVersion, serveNostrComments } from '../servers/nostr-comments.ts';
import { startRelay, type TestRelay } from '../servers/relay.ts';
import { serveVoices } from '../servers/voices.ts';
import { testPassphrase, testPhrase } from '../setup.ts';
import { until } from '../until.ts';

// The second journey in Firefox: the same build that people install, the real nostr-comments, a relay that records.

const url = 'https://blog.test/who-decides';
let relay: TestRelay;
let comments: CommentsServer;
let firefox: TestFirefox;
let popup: FirefoxPage;

type Said = { id: string; pubkey: string; tags: string[][]; content: string };
const anonymous = () =>
	relay
		.said('EVENT')
		.map((frame) => frame[1] as Said)
		.filter((event) => event.tags.some((tag) => tag[0] === 'bauta'));

async function ask(to: string, body: object): Promise<unknown> {
	const answer = await popup.evaluate(async (json: string) => {
		const { browser } = globalThis as unknown as { browser: { runtime: { sendMessage(message: unknown): Promise<never> } } };
		return browser.runtime.sendMessage(JSON.parse(json));
	}, JSON.stringify({ to, body }));
	expect(answer).toMatchObject({ ok: true });
	return answer;
}

const waitingCount = async (): Promise<number> => {
	const { value } = (await ask('popup.state', { tab: null, quiet: true })) as { value: { waiting: object[] } };
	return value.waiting.length;
};

const openArticle = (article = url, site = comments, from = relay) =>
	firefox.open(site.page({ relays: [`${from.url}?npub=alice`], url: article, key: bytesToHex(generateSecretKey()) }));

/** Opens an article, and turns the switch once the room is open. */
async function openComposer(...article: Parameters<typeof openArticle>): Promise<{ page: FirefoxPage; frame: FirefoxPage }> {
	const page = await openArticle(...article);
	return { page, frame: await turnOn(page, firefox.uuid) };
}

/** Opens the article once more. Anonymous was left on in the other tab: here the room is closed, and goes on when the user says so. */
async function goOn(): Promise<{ page: FirefoxPage; frame: FirefoxPage }> {
	const page = await openArticle();
	const frame = await composerOf(page, firefox.uuid);
	await frame.until(() => document.querySelectorAll('.choice button').length === 2 && document.querySelector('textarea')?.readOnly);
	expect((await until(() => openSwitch(page), 'the switch')).on).toBe(true);
	await frame.click('.choice button');
	await frame.until(() => document.querySelector('textarea')?.readOnly === false);
	return { page, frame };
}

describe.skipIf(!commentsVersion())('nostr-comments in Firefox', () => {
	beforeAll(async () => {
		relay = await startRelay({ cookies: ['plain=1; Path=/'] });
		comments = await serveNostrComments();
		firefox = await launchFirefox({ granted: ['http://127.0.0.1/*', 'ws://127.0.0.1/*'] });
		popup = await firefox.openExtensionPage('popup.html?tab=1');
		await ask('vault.create', { passphrase: testPassphrase, key: testPhrase, keyPassphrase: '', confirmed: true });
		await ask('settings.set', { delayMin: 0, delayMax: 0 });
		await ask('site.wanted', { origin: comments.origin, frontend: 'nostr-comments', name: 'nostr-comments', hosts: [] });
		await ask('site.granted', { origin: comments.origin });
	});

	afterAll(async () => {
		await firefox?.close();
		await comments?.close();
		await relay?.close();
	});

	it('an anonymous comment leaves without a cookie or a trace of the extension, and gets its label', async () => {
		const { page, frame } = await openComposer();
		relay.handshakes.length = 0;
		await frame.click('textarea');
		// with marks that a page can put into what is copied from it
		await frame.type('they had\u200b\u2060 decided\u00a0before');
		await frame.click('button.send');
		const event = await until(() => anonymous()[0], 'the post');
		expect(event.content).toBe('they had decided before');
		// the page's own address of the relay, which names the account, is not Bauta's
		const posting = relay.frames.find(({ direction, data }) => direction === 'in' && data.includes(event.id));
		expect(relay.handshakes.find(({ port, upgrade }) => upgrade && port === posting?.port)?.url).toBe('/');
		for (const { rawHeaders } of relay.handshakes) {
			const headers = rawHeaders.map((part) => part.toLowerCase());
			expect(headers).not.toContain('cookie');
			expect(JSON.stringify(headers)).not.toMatch(/moz-extension/);
			expect(JSON.stringify(headers)).not.toContain(firefox.uuid);
		}
		const socket = relay.handshakes.find(({ upgrade }) => upgrade);
		expect(socket?.rawHeaders[socket.rawHeaders.findIndex((name) => name.toLowerCase() === 'origin') + 1]).toBe(comments.origin);
		await page.until(
			(author: string) => document.querySelector(`.nc-comment__author[title="${author}"]`)?.previousElementSibling?.localName.includes('-'),
			event.pubkey,
		);
	});

	it('a reply names what the relay shows, and only what the user pressed', async () => {
		const root = [
			['I', url],
			['K', 'web'],
			['i', url],
			['k', 'web'],
		];
		const bob = { kind: 1111, tags: root, content: 'first from bob', created_at: Math.floor(Date.now() / 1000) - 600 };
		const asked = finalizeEvent(bob, generateSecretKey());
		await relay.add(asked);
		const { page, frame } = await goOn();
		// the button in the page, and the same pressed by a script, which counts for nothing
		const markButton = (byScript: boolean) =>
			page.until((isPressed: boolean) => {
				const comment = [...document.querySelectorAll('.nc-comment')].find((one) => one.textContent?.includes('first from bob'));
				const button = comment?.querySelector('.nc-comment__reply-btn');
				if (button) button.id = 'reply-to-bob';
				if (isPressed) (button as HTMLElement | undefined)?.click();
				return button !== undefined && button !== null;
			}, byScript);
		const say = async (text: string) => {
			await frame.click('textarea');
			await frame.type(text);
			await frame.click('button.send');
			return until(() => anonymous().find(({ content }) => content === text), 'the post');
		};
		await markButton(true);
		expect((await say('nobody pressed it')).tags.filter(([name]) => name === 'e' || name === 'p')).toEqual([]);
		await markButton(false);
		await page.click('#reply-to-bob');
		await frame.until(() => document.querySelector('.reply') !== null);
		expect((await say('so did I hear')).tags.slice(2, 5)).toEqual([
			['e', asked.id, '', asked.pubkey],
			['k', '1111'],
			['p', asked.pubkey],
		]);
	});

	it('a site that names the room of another one first, on a relay of its own, gets no message of it', async () => {
		const [own, site] = [await startRelay(), await serveNostrComments()];
		const shared = 'https://blog.test/both-name-it';
		try {
			await ask('site.wanted', { origin: site.origin, frontend: 'nostr-comments', name: 'nostr-comments', hosts: [] });
			await ask('site.granted', { origin: site.origin });
			await openComposer(shared, site, own);
			const { frame } = await openComposer(shared);
			await frame.click('textarea');
			await frame.type('for the blog alone');
			await frame.click('button.send');
			await until(() => anonymous().find(({ content }) => content === 'for the blog alone'), 'the post');
			expect(own.said('EVENT')).toEqual([]);
		} finally {
			await site.close();
			await own.close();
		}
	});

	it('goes on after the background was ended, and does the work that a relay asks for', async () => {
		await firefox.killBackground();
		relay.rules.bits = 12;
		const { frame } = await goOn();
		await frame.click('textarea');
		await frame.type('and nobody asked us');
		await frame.click('button.send');
		const worked = (event: Said) => event.content === 'and nobody asked us' && event.id.startsWith('000');
		const { id } = await until(() => anonymous().find(worked), 'the post');
		await until(() => relay.store.events.has(id), 'the relay to take it');
	});

	it('who writes while the page leads to a document of its own making loses no letter to it', async () => {
		const { page, frame } = await goOn();
		await frame.click('textarea');
		await frame.type('abc');
		await frame.until(() => document.querySelector('textarea')?.value === 'abc');
		await page.evaluate(() => {
			const made = URL.createObjectURL(new Blob(['<p>made</p>'], { type: 'text/html' }));
			setTimeout(() => location.assign(made));
			return true;
		});
		await page.until(() => location.protocol === 'blob:' && document.body !== null);
		await page.evaluate(() => {
			document.body.innerHTML = '<input>';
			Object.assign(window, { heard: '' });
			addEventListener('keydown', ({ key }) => Object.assign(window, { heard: `${Reflect.get(window, 'heard')}${key}` }), true);
			document.querySelector('input')?.focus();
			return true;
		});
		await page.type('stolen');
		expect(await page.look(() => [Reflect.get(window, 'heard'), document.querySelector('input')?.value])).toEqual(['', '']);
	});

	it('clumsy hands and a page that is loaded anew: switch and composer agree, and what was sent twice arrives once, as it was written', async () => {
		const { page } = await goOn();
		for (let press = 0; press < 15; press++) {
			const button = await switchOf(page);
			if (button) await page.clickAt(button.x, button.y);
		}
		const isOn = async () =>
			(await until(async () => {
				const on = (await openSwitch(page))?.on;
				const isShown = await page.look(() => document.querySelector('.nc-editor__textarea')?.checkVisibility() ?? null);
				return isShown === !on ? `${on}` : null;
			}, 'switch and page to agree')) === 'true';
		await isOn();
		const frame = await turnOn(page, firefox.uuid);
		const text = 'twice 🎭👍 שלום';
		await frame.click('textarea');
		await frame.type(text);
		relay.rules.bits = 0;
		// each thing that is said to the relay takes so long: the page goes in the middle of it
		relay.rules.delay = 400;
		await frame.type('\uE007\uE007');
		await until(async () => (await waitingCount()) > 0, 'the outbox to have it');
		await page.reload();
		await until(async () => (await waitingCount()) === 0, 'the empty outbox');
		relay.rules.delay = 0;
		expect(anonymous().filter(({ content }) => content === text)).toHaveLength(1);
		expect(await isOn()).toBe(true);
		await page.close();
	});

	it('a page is handed no closed root by elements that it defines itself, and finds nothing of Bauta’s by looking it up', async () => {
		const site = await serveVoices('xmpp', [[{ phrase: testPhrase }, 'words 0']], labelSpyHead);
		await ask('site.wanted', { origin: site.origin, frontend: site.frontend, name: site.frontend, hosts: [] });
		await ask('site.granted', { origin: site.origin });
		const [page, other] = [await firefox.open(site.origin), await firefox.open(site.origin.replace('127.0.0.1', 'localhost'))];
		try {
			await page.activate();
			await page.until(() => (window as unknown as { spy: { hosts(): string[] } }).spy.hosts().length === 1);
			const looked = async (where: FirefoxPage) => {
				// of what an extension has in its pages one file is meant for others', under an address that no page is told
				const answer = await where.evaluate(probePage, [`moz-extension://${firefox.uuid}/tap.js`]);
				expect(answer.stacks.length).toBeGreaterThan(100);
				expect(answer.stacks).not.toMatch(/extension/);
				expect(answer.stacks).not.toContain(firefox.uuid);
				expect(answer.reached).toEqual([]);
				return answer;
			};
			const [here, there] = [await looked(page), await looked(other)];
			expect(here.found).toEqual(there.found);
			expect(there.natives.map((code) => /^function (\w+)/.exec(code)?.[1])).toEqual(['send', 'fetch', 'send', 'postMessage']);
			await page.evaluate(defineHosts);
			site.say('stranger', 'words 1');
			await page.until(() => (window as unknown as { spy: { hosts(): string[] } }).spy.hosts().length === 2);
			const handed = await page.evaluate(() => (window as unknown as { handedRoots(): (string | null)[] }).handedRoots());
			expect(handed.length).toBeGreaterThan(2);
			expect(new Set(handed)).toEqual(new Set([null]));
		} finally {
			await page.close();
			await other.close();
			await site.close();
		}
	});

	it('keeps nothing where content scripts read: they share a process with the page', async () => {
		const local = () =>
			popup.evaluate(async () => {
				const { browser } = globalThis as unknown as { browser: { storage: { local: { get(all: null): Promise<object> } } } };
				return Object.keys(await browser.storage.local.get(null));
			});
		expect(await local()).toEqual([]);
		// and it is kept somewhere: the vault opens for a background that knows nothing yet
		await ask('vault.lock', {});
		await firefox.killBackground();
		await ask('vault.unlock', { passphrase: testPassphrase });
	});
});
