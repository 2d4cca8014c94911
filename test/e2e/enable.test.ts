import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { testPassphrase } from '../bauta.ts';
import { launchBrowser, type TestBrowser } from '../browser.ts';
import { composerFrame, pressMore } from '../content/page.ts';
import { type Pierced, pierce, spokenAs, waitPierced } from '../pierce.ts';
import { type ConverseServer, serveConverse } from '../servers/converse.ts';
import { type Prosody, startProsody } from '../servers/prosody.ts';

// The manifest as it ships, in a window on a screen: the toolbar's shortcut, the popup, the browser's own prompt, a restart.
// The steps follow each other; each needs the one before.
let prosody: Prosody;
let converse: ConverseServer;
let profile: string;
let browser: TestBrowser;
let chat: string;
let room: string;
let popup: Page;

/** A person's own choice in the browser's list of shortcuts: a key that does what a click on Bauta's icon does. */
const iconKey = 'alt+shift+b';
function chooseIconKey(id: string): void {
	const path = join(profile, 'Default/Preferences');
	const preferences = JSON.parse(readFileSync(path, 'utf8'));
	preferences.extensions.commands['linux:Alt+Shift+B'] = { command_name: '_execute_action', extension: id, global: false };
	writeFileSync(path, JSON.stringify(preferences));
}

const isSwitch = ({ name, attributes }: Pierced) => name === 'button' && 'aria-pressed' in attributes;
const grantedOrigins = () =>
	popup.evaluate(() => {
		const { permissions } = (globalThis as unknown as { chrome: { permissions: { getAll(): Promise<{ origins: string[] }> } } }).chrome;
		return permissions.getAll().then(({ origins }) => origins.toSorted());
	});
const registeredScripts = () =>
	popup.evaluate(() => {
		const { scripting } = (
			globalThis as unknown as { chrome: { scripting: { getRegisteredContentScripts(): Promise<{ id: string; matches: string[] }[]> } } }
		).chrome;
		return scripting.getRegisteredContentScripts().then((all) => all.map(({ id, matches }) => `${id} ${matches}`).toSorted());
	});

/** ms from the click to the browser's prompt, on this machine today */
let promptComes = 0;
/** The browser's prompt is no page: it is answered with the keyboard, and Escape refuses. Pressed until it is heard. */
async function refusePrompt(): Promise<void> {
	const began = Date.now();
	const refused = popup.getByRole('alert').filter({ hasText: /./ });
	for (; (await refused.count()) === 0; await popup.waitForTimeout(150)) await browser.display?.press('Escape');
	promptComes = Date.now() - began;
}
/** Its first stop is the button that refuses, then the one that allows. It takes no answer in the first moments that it is there. */
async function allowPrompt(): Promise<void> {
	await popup.waitForTimeout(1000 + 2 * promptComes);
	await browser.display?.press('Tab', 'Return');
}

/** The toolbar's popup is in no tab: the browser's own list of what runs tells whether it is there, and it itself whether it has keyboard and words. */
async function popupReady(beside: Page): Promise<boolean> {
	const session = await beside.context().newCDPSession(beside);
	try {
		const { targetInfos } = await session.send('Target.getTargets');
		const target = targetInfos.find(({ url }) => url === `chrome-extension://${browser.id}/popup.html`);
		if (!target) return false;
		const { sessionId } = await session.send('Target.attachToTarget', { targetId: target.targetId });
		const answer = new Promise<string>((done) => session.once('Target.receivedMessageFromTarget', ({ message }) => done(message)));
		const expression = 'document.hasFocus() && document.querySelector("h1") !== null';
		const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
		await session.send('Target.sendMessageToTarget', { sessionId, message });
		return (JSON.parse(await answer) as { result: { result: { value: boolean } } }).result.result.value;
	} finally {
		await session.detach();
	}
}

beforeAll(async () => {
	prosody = await startProsody();
	room = await prosody.room('lobby');
	converse = await serveConverse();
	chat = converse.page({ jid: 'alice@chat.test', password: 'alice', endpoint: prosody.websocket, rooms: [room] });
	profile = await mkdtemp(join(tmpdir(), 'bauta-enable-'));
	browser = await launchBrowser({ headed: true, profile });
	await browser.close(true);
	chooseIconKey(browser.id);
	browser = await launchBrowser({ headed: true, profile });
});

afterAll(async () => {
	await browser?.close();
	await converse?.close();
	await prosody?.stop();
	await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

describe('a newcomer, with the manifest as it ships', () => {
	let page: Page;
	let stepFailed = false;
	/** whether the switch can be pressed, or what stands in its place */
	const switchShown = async () => {
		const [button] = await pierce(page, isSwitch);
		if (!button) return 'no switch';
		if (!('aria-disabled' in button.attributes)) return 'ready';
		const notes = await pierce(page, ({ attributes }) => attributes.role === 'status');
		return `grey: ${button.text} ${notes.map(({ text }) => text).join(' ')}`;
	};
	const switchFocused = async () => {
		const [button] = await pierce(page, isSwitch);
		return button !== undefined && (await spokenAs(page, button)).focused;
	};
	/** Where the keyboard is, in the page and in the composer: a slow browser hands it over late. */
	const keyboardPlace = async (frame: Frame) => {
		const focused = (await pierce(page, ({ attributes }) => 'aria-pressed' in attributes || attributes.class === 'more')).map(
			async (button) => (await spokenAs(page, button)).focused,
		);
		const inFrame = await frame.evaluate(
			() => `${document.hasFocus()} ${document.activeElement?.className} ${document.activeElement?.localName}`,
		);
		return `${await Promise.all(focused)} ${inFrame}`;
	};
	const stepBackToSwitch = async (frame: Frame) => {
		for (let steps = 0; steps < 8 && !(await switchFocused()); steps++) {
			const before = await keyboardPlace(frame);
			await page.keyboard.press('Shift+Tab');
			// on its way it is nowhere: pressed then, the next key would lead it past the switch
			await expect
				.poll(async () => {
					const now = await keyboardPlace(frame);
					return now !== before && now.includes('true');
				})
				.toBe(true);
		}
	};
	beforeEach(({ skip }) => {
		onTestFailed(() => {
			stepFailed = true;
		});
		skip(stepFailed, 'an earlier step failed');
	});

	test('has given no host at install, and got every shortcut that Bauta suggests', async () => {
		popup = await browser.openExtensionPage('popup.html');
		expect(await grantedOrigins()).toEqual([]);
		expect(await registeredScripts()).toEqual([]);
		const shortcuts = await popup.evaluate(() => {
			const { commands } = (globalThis as unknown as { chrome: { commands: { getAll(): Promise<{ name: string; shortcut: string }[]> } } })
				.chrome;
			return commands.getAll().then((all) => Object.fromEntries(all.map(({ name, shortcut }) => [name, shortcut])));
		});
		expect(shortcuts).toMatchObject({ 'toggle-anonymous': expect.stringMatching(/./), 'lock-now': expect.stringMatching(/./) });
		await popup.close();
	});

	test('finds nothing of Bauta in the page before', async () => {
		page = await browser.open(chat);
		await page.locator('converse-muc textarea.chat-textarea').waitFor();
		expect(await pierce(page, isSwitch)).toEqual([]);
	});

	test('opens the popup from the toolbar and starts with a new identity in a tab', async () => {
		await page.bringToFront();
		await page.waitForTimeout(500);
		const newPage = browser.context.waitForEvent('page');
		await browser.display?.press(iconKey);
		await expect.poll(() => popupReady(page)).toBe(true);
		await browser.display?.press('Tab', 'Return');
		// the first stop of the keyboard in the popup is “Open in a tab”
		popup = await newPage;
		await popup.getByRole('button', { name: 'New identity' }).click();
		await popup.getByRole('button', { name: 'Later' }).click();
		const fields = popup.locator('input[type=password]');
		await fields.nth(1).waitFor();
		for (const field of await fields.all()) await field.fill(testPassphrase);
		await popup.getByRole('button', { name: 'Create the vault' }).click();
		await popup.getByRole('radio', { name: /^Everyday/ }).check();
		await popup.getByRole('button', { name: 'Continue' }).click();
		await popup.getByRole('button', { name: /^Enable on/ }).waitFor();
		await expect.poll(() => popup.locator('main').textContent()).toContain('Converse.js');
	});

	test('refuses once, and nothing has changed', async () => {
		await popup.getByRole('button', { name: /^Enable on/ }).click();
		await refusePrompt();
		await popup.getByRole('alert').filter({ hasText: /./ }).waitFor();
		expect(await grantedOrigins()).toEqual([]);
		expect(await registeredScripts()).toEqual([]);
	});

	test('allows this site alone, in the browser’s own prompt', async () => {
		await popup.getByRole('button', { name: /^Enable on/ }).click();
		await allowPrompt();
		await popup.getByRole('button', { name: /Reload/ }).waitFor();
		expect(await grantedOrigins()).toEqual(['http://127.0.0.1/*', 'ws://127.0.0.1/*']);
		expect(await registeredScripts()).toEqual(['bauta-1-content-converse http://127.0.0.1/*', 'bauta-2-tap-xmpp http://127.0.0.1/*']);
	});

	test('starts with one click on “Reload”, and sees the switch', async () => {
		await popup.getByRole('button', { name: /Reload/ }).click();
		await expect.poll(switchShown).toBe('ready');
	});

	test('writes with the keyboard alone: the shortcut turns the switch, what is typed next is the anonymous message', async () => {
		await page.bringToFront();
		await page.locator('converse-muc textarea.chat-textarea').focus();
		await browser.display?.press('alt+shift+m');
		const frame = await composerFrame(page);
		await expect.poll(() => frame.evaluate(() => document.activeElement?.localName)).toBe('textarea');
		await page.keyboard.type('by keys alone');
		expect(await frame.locator('textarea').inputValue()).toBe('by keys alone');
		await page.keyboard.press('Enter');
		// as it ships a message waits for some seconds
		await page.locator('.chat-msg', { hasText: 'by keys alone' }).waitFor();
		await waitPierced(page, ({ attributes }) => attributes['aria-label'] === 'Written by you');
		// the switch is one step back, and Space turns it off; the page's own composer is there again
		await frame.locator('textarea').focus();
		await stepBackToSwitch(frame);
		// and forward again from the menu beside it into the composer, which takes letters at once
		await page.keyboard.press('Tab');
		await page.keyboard.press('Tab');
		await expect.poll(() => frame.evaluate(() => document.hasFocus())).toBe(true);
		await stepBackToSwitch(frame);
		await page.keyboard.press('Space');
		await page.locator('converse-muc textarea.chat-textarea').waitFor({ state: 'visible' });
	});

	test('opens the panel beside the page from the menu; the page has no composer then, and has it again', async () => {
		const isInPage = () => page.frames().some((frame) => frame.url().includes('composer.html'));
		await browser.display?.press('alt+shift+m');
		await composerFrame(page);
		const width = await page.evaluate(() => innerWidth);
		await pressMore(page);
		// the menu opens on its first choice, which is the panel (test/e2e/beside.test.ts writes in it)
		await page.keyboard.press('Enter');
		await expect.poll(() => page.evaluate(() => innerWidth)).toBeLessThan(width);
		await expect.poll(isInPage).toBe(false);
		// off and on again: the panel goes with the switch
		await browser.display?.press('alt+shift+m');
		await expect.poll(() => page.evaluate(() => innerWidth)).toBe(width);
		await page.locator('converse-muc textarea.chat-textarea').waitFor({ state: 'visible' });
		await browser.display?.press('alt+shift+m');
		await composerFrame(page);
	});

	test('locks at the press of its shortcut', async () => {
		await page.bringToFront();
		await browser.display?.press('alt+shift+l');
		const frame = await composerFrame(page);
		await expect.poll(() => frame.locator('body').innerText()).toMatch(/locked/i);
	});

	test('finds it again after the browser was restarted', async () => {
		await browser.close(true);
		browser = await launchBrowser({ headed: true, profile });
		popup = await browser.openExtensionPage('popup.html');
		// a browser started with an unpacked extension drops its registered scripts; Bauta registers them anew when it starts
		await expect.poll(async () => (await registeredScripts()).length).toBe(2);
		await popup.close();
		page = await browser.open(chat);
		await waitPierced(page, isSwitch);
		popup = await browser.openExtensionPage('popup.html');
		expect(await grantedOrigins()).toEqual(['http://127.0.0.1/*', 'ws://127.0.0.1/*']);
	});

	test('disables it: scripts and permission are gone, and so is the switch', async () => {
		await popup.locator('input[type=password]').fill(testPassphrase);
		await popup.keyboard.press('Enter');
		await popup.getByRole('button', { name: 'Disable here' }).click();
		// asked once more
		await popup.getByRole('button', { name: 'Disable here' }).click();
		await expect.poll(grantedOrigins).toEqual([]);
		expect(await registeredScripts()).toEqual([]);
		await page.reload();
		await page.locator('converse-muc textarea.chat-textarea').waitFor();
		expect(await pierce(page, isSwitch)).toEqual([]);
	});
});
