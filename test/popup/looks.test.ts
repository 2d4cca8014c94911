/** Every state of the popup, in every light it can stand in: nothing for axe to find, nothing that runs out of the page. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings } from '../axe.ts';
import { misfitsHere } from './in-page.ts';
import { keyScreens } from './key-screens.ts';
import { openPopupBrowser, type PopupBrowser, picture } from './popup-browser.ts';
import { passphrase, phrase, type ScreenCase, screens } from './screens.ts';

// where nothing but colours has changed since all were looked at
const ofColours = ['color-contrast', 'link-in-text-block'];

async function show(popup: PopupBrowser, screen: ScreenCase): Promise<void> {
	await popup.open(screen.state(), { passphrase, key: phrase });
	await screen.go?.(popup);
	// views are loaded when they are first shown
	await popup.page.locator('h1').first().waitFor({ state: 'attached' });
	await popup.page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
}

const misfits = (popup: PopupBrowser): Promise<string[]> => popup.page.evaluate(misfitsHere);

describe.each(['en', 'ar'] as const)('the popup in %s', (language) => {
	let popup: PopupBrowser;
	beforeAll(async () => {
		popup = await openPopupBrowser(language);
	});
	afterAll(() => popup?.close());

	it.each([...screens, ...keyScreens])('$name', async (screen) => {
		const { page } = popup;
		await page.setViewportSize({ width: 360, height: 600 });
		await page.emulateMedia({ colorScheme: 'light' });
		await show(popup, screen);
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
