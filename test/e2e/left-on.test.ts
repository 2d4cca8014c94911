/** Anonymous stays on where it was left on: in a tab that was put to sleep, in a new tab, after a restart (THREATS.md P4). */
import { rm } from 'node:fs/promises';
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBauta, type ReadyBauta, testPassphrase } from '../bauta.ts';
import { launchBrowser, type TestBrowser } from '../browser.ts';
import { composerFrame, pressSwitch, switchShown } from '../content/page.ts';
import { say } from '../popup/keyboard.ts';
import type { TestAccount } from '../servers/account.ts';
import { type ConverseServer, serveConverse } from '../servers/converse.ts';
import { type Prosody, startProsody } from '../servers/prosody.ts';
import { until } from '../until.ts';

interface Tab {
	id: number;
	url?: string;
}
interface Extension {
	tabs: {
		query(what: object): Promise<Tab[]>;
		discard(id: number): Promise<Tab>;
		update(id: number, change: object): Promise<Tab>;
	};
	storage: { session: { get(name: string): Promise<Record<string, object>> } };
	runtime: { sendMessage(message: unknown): Promise<unknown> };
}
declare const chrome: Extension;

let prosody: Prosody;
let converse: ConverseServer;
let bauta: ReadyBauta;
let restarted: TestBrowser | undefined;
let witness: TestAccount;
let room: string;
let url: string;

beforeAll(async () => {
	prosody = await startProsody();
	room = await prosody.room('lobby');
	converse = await serveConverse();
	witness = await prosody.logIn('bob');
	await witness.join(room, 'bob');
	bauta = await launchBauta({ sites: [converse.origin], settings: { delayMin: 0, delayMax: 0, perMinute: 100 } });
	url = converse.page({ jid: 'alice@chat.test', password: 'alice', endpoint: prosody.websocket, rooms: [room] });
});

afterAll(async () => {
	await bauta?.close(restarted !== undefined);
	await restarted?.close();
	for (const folder of restarted ? [bauta.profile, bauta.extension] : []) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
	witness?.close();
	await converse?.close();
	await prosody?.stop();
});

const ownComposer = (page: Page) => page.locator('converse-muc .chat-area converse-muc-message-form textarea.chat-textarea');
const fieldOf = (frame: Frame) => frame.locator('textarea');

/** The composer in a page in which the account cannot write. */
async function closedPage(page: Page): Promise<Frame> {
	await switchShown(page);
	const frame = await composerFrame(page);
	expect(await ownComposer(page).isVisible()).toBe(false);
	return frame;
}

test('a tab that the browser put to sleep comes back with the switch on and the draft kept; its old id still leads to it', async () => {
	const page = await bauta.open(url);
	await page.bringToFront();
	await pressSwitch(page);
	await fieldOf(await composerFrame(page)).fill('half a thought');
	const drafts = () => bauta.popup.evaluate(() => chrome.storage.session.get('drafts').then((all) => Object.keys(all.drafts ?? {})));
	await until(async () => (await drafts()).length > 0, 'the draft to be kept');
	const before = await bauta.popup.evaluate(
		async (origin) => (await chrome.tabs.query({})).find((tab) => tab.url?.startsWith(origin))?.id ?? 0,
		converse.origin,
	);
	await bauta.popup.bringToFront();
	const after = await bauta.popup.evaluate((id) => chrome.tabs.discard(id).then((tab) => tab.id), before);
	// else the test shows nothing
	expect(after).not.toBe(before);
	await bauta.popup.evaluate((id) => chrome.tabs.update(id, { active: true }), after);
	const again = await until(
		() => bauta.context.pages().find((one) => one.url().startsWith(converse.origin) && !one.isClosed()),
		'the page to come back',
	);
	await again.waitForSelector('converse-muc textarea.chat-textarea', { state: 'attached' });
	const frame = await closedPage(again);
	await expect.poll(() => fieldOf(frame).inputValue()).toBe('half a thought');
	const { site } = await bauta.ask('popup.state', { tab: before });
	expect(site).toMatchObject({ state: 'enabled', rooms: [{ on: true }] });
	await fieldOf(frame).fill('a whole thought');
	await fieldOf(frame).press('Enter');
	expect(await witness.wait(/a whole thought/)).toContain('<anonymous');
});

test('another tab gets the room closed, until the user writes as themselves there', async () => {
	const page = await bauta.open(url);
	await page.bringToFront();
	const frame = await closedPage(page);
	await frame.getByText(say('composer_left_on'), { exact: true }).waitFor();
	expect(await fieldOf(frame).isEditable()).toBe(false);
	const tabs = await bauta.popup.evaluate(
		async (origin) => (await chrome.tabs.query({})).filter((tab) => tab.url?.startsWith(origin)),
		converse.origin,
	);
	const states = await Promise.all(tabs.map(({ id }) => bauta.ask('popup.state', { tab: id })));
	expect(states.map(({ site }) => site.state === 'enabled' && site.rooms.map(({ on, leftOn }) => [on, leftOn]))).toEqual(
		expect.arrayContaining([[[true, false]], [[false, true]]]),
	);
	await page.reload();
	await (await closedPage(page)).getByRole('button', { name: say('composer_left_on_stop') }).click();
	await ownComposer(page).waitFor({ state: 'visible' });
	await page.reload();
	await ownComposer(page).waitFor({ state: 'visible' });
	await page.close();
});

test('after a restart the room comes back closed, before and after the unlock, and goes on anonymously when the user says so; what waited leaves once', async () => {
	const chat = bauta.context.pages().find((one) => one.url().startsWith(converse.origin)) as Page;
	await chat.bringToFront();
	const before = await composerFrame(chat);
	await bauta.ask('settings.set', { delayMin: 3600, delayMax: 3600 });
	// its user has been elsewhere
	await fieldOf(before).click();
	await fieldOf(before).fill('said before the restart');
	await fieldOf(before).press('Enter');
	await until(async () => (await bauta.ask('popup.state', { tab: null })).waiting.length === 1, 'the message to wait');
	await bauta.close(true);
	restarted = await launchBrowser({ profile: bauta.profile, copy: bauta.extension });
	const popup = await restarted.openExtensionPage('popup.html?tab=1');
	await popup.getByText(say('popup_held_some')).waitFor();
	const page = await restarted.open(url);
	await page.bringToFront();
	let frame = await closedPage(page);
	await frame.getByText(say('composer_left_on_locked'), { exact: true }).waitFor();
	const ask = (to: string, body: object) => popup.evaluate((message) => chrome.runtime.sendMessage(message), { to, body });
	await ask('vault.unlock', { passphrase: testPassphrase });
	await frame.getByText(say('composer_left_on'), { exact: true }).waitFor();
	expect(await ownComposer(page).isVisible()).toBe(false);
	await page.reload();
	frame = await closedPage(page);
	await frame.getByRole('button', { name: say('composer_left_on_go') }).click();
	await expect.poll(() => fieldOf(frame).isEditable()).toBe(true);
	await ask('settings.set', { delayMin: 0, delayMax: 0 });
	await fieldOf(frame).fill('said after the restart');
	await fieldOf(frame).press('Enter');
	for (const when of ['before', 'after']) {
		expect(await witness.wait(new RegExp(`said ${when} the restart`))).toContain('<anonymous');
		expect(witness.received.filter((stanza) => stanza.includes(`said ${when} the restart`))).toHaveLength(1);
	}
});
