import type { Frame, Page } from 'playwright-core';
import type { TestBrowser } from '../browser.ts';
import type { Board } from './background.ts';

/** The element of Bauta's beside the composer of the room on show. Its root is closed, so tests reach in as people do: by pointer and keys. */
export const panelOf = (page: Page) =>
	page.locator(':is(converse-muc-bottom-panel, converse-chat-bottom-panel):visible > :last-child').first();

/** Waits until Bauta's switch is there. */
export async function switchShown(page: Page): Promise<void> {
	await page.waitForFunction(
		() =>
			[...document.querySelectorAll('converse-muc-bottom-panel, converse-chat-bottom-panel')].some(({ lastElementChild: last }) => {
				return last !== null && !last.localName.startsWith('converse') && last.getBoundingClientRect().height > 20;
			}),
		undefined,
		{ timeout: 20_000 },
	);
}

/** Presses the switch with the mouse. */
export async function pressSwitch(page: Page): Promise<void> {
	const box = await panelOf(page).boundingBox();
	if (!box) throw new Error('no switch');
	await page.mouse.click(box.x + 30, box.y + 20);
}

/** Presses the button with the three dots, which opens the menu. */
export async function pressMore(page: Page): Promise<void> {
	const box = await panelOf(page).boundingBox();
	if (!box) throw new Error('no switch');
	await page.mouse.click(box.x + box.width - 22, box.y + 20);
}

/** The composer's frame of this page, once it shows its text field. */
export async function composerFrame(page: Page): Promise<Frame> {
	for (const started = Date.now(); Date.now() - started < 10_000; ) {
		const frame = page.frames().find((one) => one.url().includes('composer.html'));
		if (
			frame &&
			(await frame
				.locator('textarea')
				.count()
				.catch(() => 0)) > 0
		)
			return frame;
		await page.waitForTimeout(50);
	}
	throw new Error('no composer');
}

/** Reads or changes what the tests' own background says. */
export async function onBoard<R, A>(browser: TestBrowser, act: (board: Board, given: A) => R, given?: A): Promise<R> {
	const worker = await browser.worker();
	return worker.evaluate(`(${act.toString()})(globalThis.board, ${JSON.stringify(given ?? null)})`) as Promise<R>;
}
