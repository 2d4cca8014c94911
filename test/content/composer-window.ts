import type { Page } from 'playwright-core';
import type { OwnVoice } from '../../src/messages/composer.ts';
import type { RoomRef } from '../../src/messages/rooms.ts';
import type { TestBrowser } from '../browser.ts';
import { onBoard } from './page.ts';

// The composer as a window of its own, beside a background that tells it what a test wants.

/** Size and colours of a composer. */
export type Look = { dark?: boolean; width?: number; height?: number };
export const sizeOf = (look: Look) => ({ width: look.width ?? 540, height: look.height ?? 196 });
/** what the page around the composer would hand over */
export const themeOf = ({ dark = false }: Look) => ({
	dark,
	background: dark ? 'rgb(40, 42, 54)' : 'rgb(240, 239, 238)',
	color: dark ? 'rgb(235, 235, 240)' : 'rgb(70, 70, 70)',
	accent: dark ? 'rgb(255, 170, 140)' : 'rgb(150, 60, 30)',
	fontSize: '15px',
});

let composerCount = 0;
/** Opens a composer of its own for a room, in `tab` or a new one. It may still have nothing to show. */
export async function openComposer(browser: TestBrowser, room: RoomRef, look: Look = {}, tab?: Page): Promise<Page> {
	const ticket = await onBoard(browser, (board, given) => board.ticket(given.room, given.theme), { room, theme: themeOf(look) });
	const page = tab ?? (await browser.context.newPage());
	await page.setViewportSize(sizeOf(look));
	// with a new number the page is loaded anew, and not only its fragment changed
	await page.goto(`chrome-extension://${browser.id}/composer.html?${++composerCount}#${ticket}`).catch(() => null);
	if (!page.url().includes('composer')) throw new Error('no composer page');
	return page;
}

/** What composers have said of a kind. */
export const requestsOf = (browser: TestBrowser, kind: string) =>
	onBoard(browser, (board, wanted) => board.said.filter((one) => one.kind === wanted), kind);

/** A voice as the background tells of it. */
export const voice = (label: string, name: string, more: Partial<OwnVoice> = {}): OwnVoice => ({
	...{ label, name, pattern: 'M0 0h1v1h-1zM4 0h1v1h-1zM2 2h1v1h-1z', n: 7, ended: false, met: false },
	...more,
});
