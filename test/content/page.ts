import type { Frame, Locator, Page } from 'playwright-core';
import type { TestBrowser } from '../browser.ts';
import { clickNow, clickPierced, isShown, type Pierced, pierce } from '../pierce.ts';
import { pressUntil, until } from '../until.ts';
import type { Board } from './background.ts';

/** The element of Bauta's beside the composer of the room on show. Its root is closed, so tests reach in as people do: by pointer and keys. */
export const panelOf = (page: Page) =>
	page.locator(':is(converse-muc-bottom-panel, converse-chat-bottom-panel):visible > :last-child').first();

/** Waits until Bauta's switch is there. */
export async function switchShown(page: Page): Promise<void> {
	await page.waitForFunction(() =>
		[...document.querySelectorAll('converse-muc-bottom-panel, converse-chat-bottom-panel')].some(({ lastElementChild: last }) => {
			return last !== null && !last.localName.startsWith('converse') && last.getBoundingClientRect().height > 20;
		}),
	);
}

/** The switch on show; null while there is none. */
async function shownSwitch(page: Page): Promise<Pierced | null> {
	for (const button of await pierce(page, ({ name, attributes }) => name === 'button' && 'aria-pressed' in attributes))
		if (await isShown(page, button)) return button;
	return null;
}

/** Waits until the switch on show can be pressed: grey it takes a click for a question, and says why it is grey. */
export const switchOpen = (page: Page): Promise<Pierced> =>
	until(async () => {
		const button = await shownSwitch(page);
		return button && !('aria-disabled' in button.attributes) ? button : null;
	}, 'a switch that can be pressed');

/** Presses the switch with the mouse once it can be pressed, and waits until it has turned. One that moves away under the mouse is pressed again. */
export async function pressSwitch(page: Page): Promise<void> {
	const before = (await switchOpen(page)).attributes['aria-pressed'];
	const isTurned = async () => {
		const now = await shownSwitch(page);
		return now && now.attributes['aria-pressed'] !== before;
	};
	// the page may build the room anew between look and click
	const press = async () => (await isTurned()) || clickPierced(page, await switchOpen(page)).catch(() => null);
	await pressUntil(press, isTurned, 'the switch to turn');
}

/** Types letter after letter, with a person's pauses. The browser never answers for a key that was on its way to a frame that is taken away: the next one is pressed then. */
export async function typeOn(page: Page, letters: string): Promise<void> {
	for (const letter of letters) {
		let go = () => {};
		const gone = new Promise<void>((resolve) => {
			go = resolve;
		});
		page.once('framedetached', go);
		await Promise.race([page.keyboard.press(letter), gone]);
		page.off('framedetached', go);
		await page.waitForTimeout(60);
	}
}

/** Clicks the switch so often, as fast as it is found, wherever it has moved to meanwhile. */
export async function hammerSwitch(page: Page, times: number): Promise<void> {
	for (let press = 0; press < times; press++) {
		const button = await shownSwitch(page);
		if (button) await clickNow(page, button).catch(() => null);
	}
}

/** Whether the switch is on, once the composer's frames, the page's own composer and `isOn`, as the background has it, agree with it. */
export const settledSwitch = async (page: Page, ownComposer: Locator, isOn: () => Promise<boolean>): Promise<boolean> =>
	(await until(async () => {
		const on = (await shownSwitch(page))?.attributes['aria-pressed'] === 'true';
		const frames = page.frames().filter((frame) => frame.url().includes('composer.html')).length;
		const agree = frames === Number(on) && (await ownComposer.isVisible()) !== on && (await isOn()) === on;
		return agree ? `${on}` : null;
	}, 'switch, composer, page and background to agree')) === 'true';

/** Presses the button with the three dots, which opens the menu. */
export async function pressMore(page: Page): Promise<void> {
	const box = await panelOf(page).boundingBox();
	if (!box) throw new Error('no switch');
	await page.mouse.click(box.x + box.width - 22, box.y + 20);
}

/**
 * Scrolls a page so far that all of the composer is in the window: it lies in the top layer, over the place that is kept for it. Whether it
 * was there: a frame out of the window is not drawn, and does not notice.
 */
const scrollToComposer = () => {
	const box = [...document.documentElement.children].at(-1)?.getBoundingClientRect();
	if (!box) return false;
	const way = box.bottom > innerHeight ? box.bottom - innerHeight + 8 : box.top < 0 ? box.top - 8 : 0;
	scrollBy(0, way);
	return way === 0;
};

/** The composer's frame of this page, once it has been in full view for so long that it can send. */
export const composerFrame = (page: Page): Promise<Frame> =>
	until(async () => {
		const frame = page.frames().find((one) => one.url().includes('composer.html'));
		const sight = await frame
			?.locator('.frame:has(textarea)')
			.getAttribute('data-sight', { timeout: 500 })
			.catch(() => null);
		const isThere = frame && (await page.evaluate(scrollToComposer).catch(() => false));
		return isThere && sight === 'clear' ? frame : null;
	}, 'the composer in full view');

/** Reads or changes what the tests' own background says. */
export async function onBoard<R, A>(browser: TestBrowser, act: (board: Board, given: A) => R, given?: A): Promise<R> {
	const worker = await browser.worker();
	return worker.evaluate(`(${act.toString()})(globalThis.board, ${JSON.stringify(given ?? null)})`) as Promise<R>;
}

/** How often the tests' own background was told these things. */
export const timesAsked = (browser: TestBrowser, ...names: string[]): Promise<number> =>
	onBoard(browser, (board, given) => board.asked.filter(({ to }) => given.includes(to)).length, names);
