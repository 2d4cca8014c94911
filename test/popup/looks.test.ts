/** Every state of the popup, in every light it can stand in: nothing for axe to find, nothing that runs out of the page. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings } from '../axe.ts';
import { misfitsHere } from './in-page.ts';
import { keyScreens } from './key-screens.ts';
import { notifierScreens } from './notifier-screens.ts';
import { openPopupBrowser, type PopupBrowser, picture } from './popup-browser.ts';
import { proofScreens } from './proof-screens.ts';
import { passphrase, phrase, type ScreenCase, screens } from './screens.ts';

// where nothing but colours has changed since all were looked at
const ofColours = ['color-contrast', 'link-in-text-block'];

const stateOf = ({ state }: ScreenCase): string => JSON.stringify(state());
const all = [...screens, ...keyScreens, ...proofScreens, ...notifierScreens];
const states = all.map(stateOf);
/** Screens of one state follow each other. */
const inOrder = all.toSorted((one, other) => states.indexOf(stateOf(one)) - states.indexOf(stateOf(other)));

/** The view that a popup opens with, as new: each view is made anew when it is turned to. */
async function turnToFirstView({ page }: PopupBrowser): Promise<void> {
	for (const name of ['devices', 'site']) {
		await page.locator(`#tab-${name}`).click();
		await page.locator(`#panel[aria-labelledby=tab-${name}]`).waitFor();
	}
}

/** `goesOn`: the popup is open and shows a screen of the same state. To open it, and axe in it, is more than half of the work. */
async function show(popup: PopupBrowser, screen: ScreenCase, goesOn = false): Promise<void> {
	const secret = { passphrase, key: phrase };
	if (goesOn) {
		await popup.setState(screen.state(), secret);
		await turnToFirstView(popup);
	} else await popup.open(screen.state(), secret);
	await screen.go?.(popup);
	// views are loaded when they are first shown
	await popup.page.locator('h1').first().waitFor({ state: 'attached' });
	await popup.page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
}

const misfits = (popup: PopupBrowser): Promise<string[]> => popup.page.evaluate(misfitsHere);

describe.each(['en', 'ar'] as const)('the popup in %s', (language) => {
	let popup: PopupBrowser;
	/** the state that the open popup can go on in */
	let opened = '';
	beforeAll(async () => {
		popup = await openPopupBrowser(language);
	});
	afterAll(() => popup?.close());

	it.each(inOrder)('$name', async (screen) => {
		const { page } = popup;
		const state = stateOf(screen);
		const goesOn = state === opened;
		// none goes on from one that fails
		opened = '';
		await page.setViewportSize({ width: 360, height: 600 });
		await page.emulateMedia({ colorScheme: 'light' });
		await show(popup, screen, goesOn);
		expect(await axeFindings(popup.page)).toEqual([]);
		expect(await misfits(popup)).toEqual([]);
		await picture(page, `${screen.name}-${language}-light`);
		// without motion, so that no colour is still on its way from one scheme to the other
		await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
		expect(await axeFindings(popup.page, ofColours)).toEqual([]);
		await picture(page, `${screen.name}-${language}-dark`);
		// 320 CSS pixels is what a window of 640 leaves at 200 % zoom (WCAG 1.4.10)
		await page.setViewportSize({ width: 320, height: 500 });
		expect(await misfits(popup)).toEqual([]);
		await picture(page, `${screen.name}-${language}-narrow`);
		await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active', reducedMotion: 'reduce' });
		expect(await axeFindings(popup.page, ofColours)).toEqual([]);
		await picture(page, `${screen.name}-${language}-forced`);
		await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: null });
		await page.setViewportSize({ width: 1000, height: 700 });
		expect(await misfits(popup)).toEqual([]);
		await picture(page, `${screen.name}-${language}-wide`);
		// first run, unlock and restoring have no tabs to turn
		if ((await page.getByRole('tablist').count()) > 0 && !screen.isEnd) opened = state;
	});

	it('stands the way its language is read', async () => {
		await popup.page.setViewportSize({ width: 360, height: 600 });
		await show(popup, screens.find(({ name }) => name === 'site-enabled') as ScreenCase);
		const layout = await popup.page.evaluate(() => ({
			dir: document.documentElement.dir,
			lang: document.documentElement.lang,
			name: document.querySelector('.name')?.getBoundingClientRect().left ?? 0,
			first: document.querySelector('#tab-site')?.getBoundingClientRect().left ?? 0,
			address: getComputedStyle(document.querySelector('.card.site h2') as Element).textAlign,
			last: document.querySelector('#tab-settings')?.getBoundingClientRect().left ?? 0,
		}));
		expect(layout.lang).toBe(language);
		expect(layout.dir).toBe(language === 'ar' ? 'rtl' : 'ltr');
		expect(layout.first > layout.last).toBe(language === 'ar');
		expect(layout.address).toBe(language === 'ar' ? 'right' : 'start');
		expect(layout.name > 180).toBe(language === 'ar');
		await popup.page.locator('#tab-site').focus();
		await popup.page.keyboard.press(language === 'ar' ? 'ArrowLeft' : 'ArrowRight');
		await expect.poll(() => popup.page.locator('#tab-identity').getAttribute('aria-selected')).toBe('true');
	});
});
