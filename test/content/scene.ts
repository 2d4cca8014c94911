import type { Page } from 'playwright-core';
import { type BrowserOptions, launchBrowser, type TestBrowser } from '../browser.ts';
import type { TestAccount } from '../servers/account.ts';
import { type ConverseServer, type ConverseSettings, serveConverse } from '../servers/converse.ts';
import { type Prosody, startProsody } from '../servers/prosody.ts';
import { type Recorder, startRecorder } from '../servers/recorder.ts';
import { until } from '../until.ts';
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
	/** opens the chat as alice, in both rooms, or goes on in the page of the same settings that was handed on; waits until the switch can be pressed */
	chat(settings?: Partial<ConverseSettings>): Promise<Page>;
	/** bob says something and the page shows it: by then all has left that the page had to say before. Returns what was said */
	roundTrip(page: Page, room: string): Promise<string>;
	/**
	 * The next test may go on in this page, as to load Converse and to log in is two seconds of a core: whatever the test did to the page is undone,
	 * and `reset` turns the switch off. To be called as the last thing that a test does: after one that fails the page is loaded anew.
	 */
	handOn(page: Page): void;
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
	const settingsOf = new WeakMap<Page, string>();
	let inherited: Page | null = null;

	const resetBoard = () =>
		onBoard(browser, (board) => {
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

	async function load(settings: Partial<ConverseSettings>): Promise<Page> {
		const page = await browser.context.newPage();
		settingsOf.set(page, JSON.stringify(settings));
		const endpoint = `ws://127.0.0.1:${recorder.port}/xmpp-websocket`;
		await page.goto(converse.page({ jid: 'alice@chat.test', password: 'alice', endpoint, rooms: [...rooms].reverse(), ...settings }));
		return page;
	}

	/** The page that the last test handed on; null where there is none, or one of other settings, which is closed. */
	async function takeOver(settings: Partial<ConverseSettings>): Promise<Page | null> {
		const page = inherited;
		inherited = null;
		if (!page || settingsOf.get(page) === JSON.stringify(settings)) return page;
		await page.close();
		return null;
	}

	/** Has the content script of a page hear that its rooms are as the board has them by now, and waits until nothing of a test is left. */
	async function calm(page: Page): Promise<void> {
		await onBoard(
			browser,
			async (board, addresses) => {
				for (const address of addresses) await board.tell('room', { room: board.state({ network: 'xmpp', address }) });
			},
			rooms,
		);
		await until(() => onBoard(browser, (board) => board.composerCount() === 0), 'the composer to go');
		await switchOpen(page);
	}

	return {
		browser,
		prosody,
		recorder,
		converse,
		bob,
		rooms,
		async chat(settings = {}) {
			const page = (await takeOver(settings)) ?? (await load(settings));
			// once all rooms are in its list, the one that Converse shows stays on show
			for (const room of settings.rooms ?? rooms) await page.waitForSelector(`a.open-room[data-room-jid="${room}"]`, { state: 'attached' });
			await page.waitForSelector('converse-muc textarea.chat-textarea');
			await switchOpen(page);
			return page;
		},
		handOn(page) {
			inherited = page;
		},
		async roundTrip(page, room) {
			const text = `round trip ${++trips}`;
			await bob.say(room, text);
			await page.locator('.chat-msg', { hasText: new RegExp(`${text}(?!\\d)`) }).waitFor({ state: 'attached' });
			return text;
		},
		async reset() {
			recorder.fault = null;
			for (const page of browser.context.pages().slice(1)) if (page !== inherited) await page.close();
			await resetBoard();
			const page = inherited;
			inherited = null;
			if (page) {
				await calm(page);
				// with what the composer said as it went
				await resetBoard();
			}
			inherited = page;
			recorder.clear();
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
