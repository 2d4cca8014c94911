import type { Page } from 'playwright-core';
import { type BrowserOptions, launchBrowser, type TestBrowser } from '../browser.ts';
import type { TestAccount } from '../servers/account.ts';
import { type ConverseServer, type ConverseSettings, serveConverse } from '../servers/converse.ts';
import { type Prosody, startProsody } from '../servers/prosody.ts';
import { type Recorder, startRecorder } from '../servers/recorder.ts';
import { buildTestExtension } from './extension.ts';
import { onBoard, switchOpen, switchShown } from './page.ts';

/** A real Converse.js on a real Prosody with a recorder between them; in the browser what runs in the page, and the tests' background. */
export interface Scene {
	browser: TestBrowser;
	prosody: Prosody;
	recorder: Recorder;
	converse: ConverseServer;
	bob: TestAccount;
	rooms: [string, string];
	/** opens the chat as alice, in both rooms, and waits until the switch can be pressed */
	chat(settings?: Partial<ConverseSettings>): Promise<Page>;
	/** bob says something and the page shows it: by then all has left that the page had to say before. Returns what was said */
	roundTrip(page: Page, room: string): Promise<string>;
	/** sets everything that tests change back */
	reset(): Promise<void>;
	close(): Promise<void>;
}

export async function openScene(options: BrowserOptions = {}): Promise<Scene> {
	const [extension, prosody, converse] = await Promise.all([buildTestExtension(), startProsody(), serveConverse()]);
	const recorder = await startRecorder({ target: prosody.httpPort });
	const rooms: [string, string] = [await prosody.room('lobby'), await prosody.room('second')];
	const bob = await prosody.logIn('bob');
	for (const room of rooms) await bob.join(room, 'bob');
	const browser = await launchBrowser({ extension, ...options });
	let trips = 0;
	return {
		browser,
		prosody,
		recorder,
		converse,
		bob,
		rooms,
		async chat(settings = {}) {
			const page = await browser.context.newPage();
			await page.goto(
				converse.page({
					jid: 'alice@chat.test',
					password: 'alice',
					endpoint: `ws://127.0.0.1:${recorder.port}/xmpp-websocket`,
					rooms: [...rooms].reverse(),
					...settings,
				}),
			);
			// once all rooms are in its list, the one that Converse shows stays on show
			for (const room of settings.rooms ?? rooms) await page.waitForSelector(`a.open-room[data-room-jid="${room}"]`, { state: 'attached' });
			await page.waitForSelector('converse-muc textarea.chat-textarea');
			await switchOpen(page);
			return page;
		},
		async roundTrip(page, room) {
			const text = `round trip ${++trips}`;
			await bob.say(room, text);
			await page.locator('.chat-msg', { hasText: new RegExp(`${text}(?!\\d)`) }).waitFor({ state: 'attached' });
			return text;
		},
		async reset() {
			recorder.fault = null;
			recorder.clear();
			for (const page of browser.context.pages().slice(1)) await page.close();
			await onBoard(browser, (board) => {
				Object.assign(board, {
					asked: [],
					said: [],
					on: [],
					beside: [],
					gone: false,
					hidden: [],
					caught: null,
					labels: {},
					replies: {},
					drafts: {},
					waiting: [],
				});
				Object.assign(board, { vault: 'unlocked', access: { state: 'open', modes: ['one-time', 'no-trace', 'keyless'] }, accesses: {} });
				Object.assign(board, { mode: 'one-time', crowd: 12, maxPoints: 4096, delay: 7000, refuse: null, refusals: {} });
			});
		},
		async close() {
			await browser.close();
			bob.close();
			await converse.close();
			await recorder.stop();
			await prosody.stop();
		},
	};
}

/** The address of the room on show. */
export const shownRoom = (page: Page) => page.locator('converse-muc[jid]').first().getAttribute('jid') as Promise<string>;

/** Goes to another room by Converse's own list. */
export async function goToRoom(page: Page, address: string): Promise<void> {
	await page.locator(`a.open-room[data-room-jid="${address}"]`).first().click();
	await page.waitForSelector(`converse-muc[jid="${address}"] converse-muc-bottom-panel`);
	await switchShown(page);
}
