/** Every state of the popup, in every light it can stand in: nothing for axe to find, nothing that runs out of the page. */
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { passphrase, phrase, type Scene, scenes } from './scenes.ts';
import { keyScenes } from './scenes-keys.ts';
import { openStage, picture, type Stage } from './stage.ts';

const axe = createRequire(import.meta.url)('axe-core') as { source: string };

const ofColours = ['color-contrast', 'link-in-text-block'];

async function show(stage: Stage, scene: Scene): Promise<void> {
	await stage.open(scene.state(), { passphrase, key: phrase });
	await scene.go?.(stage);
	// views are loaded when they are first shown
	await stage.page.locator('h1').first().waitFor({ state: 'attached' });
	await stage.page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
}

/** `rules`: only these, where nothing but colours has changed since all were looked at. */
async function findings(stage: Stage, rules: string[] = []): Promise<string[]> {
	if (!(await stage.page.evaluate(() => 'axe' in window))) await stage.page.evaluate(axe.source);
	const chosen = rules.length > 0 ? JSON.stringify({ runOnly: rules }) : '';
	const { violations } = (await stage.page.evaluate(`axe.run(${chosen})`)) as AxeResults;
	return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

/** Elements that stick out of the page sideways, and buttons too small to hit. */
const misfits = (stage: Stage): Promise<string[]> =>
	stage.page.evaluate(() => {
		const wrong: string[] = [];
		const width = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth > width) wrong.push(`page ${document.documentElement.scrollWidth} > ${width}`);
		for (const element of document.querySelectorAll<HTMLElement>('body *')) {
			if (!element.checkVisibility() || element.closest('.unseen, .file input, svg')) continue;
			const { left, right, height, width: own } = element.getBoundingClientRect();
			if (own > 0 && (left < -0.5 || right > width + 0.5) && !element.closest('.tabs'))
				wrong.push(`${element.tagName}.${element.className}`);
			if (element.matches('button, summary, [role=switch]') && (height < 24 || own < 24)) wrong.push(`small ${element.textContent}`);
		}
		return wrong;
	});

describe.each(['en', 'ar'] as const)('the popup in %s', (language) => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage(language);
	});
	afterAll(() => stage?.close());

	it.each([...scenes, ...keyScenes])('$name', async (scene) => {
		const { page } = stage;
		await page.setViewportSize({ width: 360, height: 600 });
		await page.emulateMedia({ colorScheme: 'light' });
		await show(stage, scene);
		expect(await findings(stage)).toEqual([]);
		expect(await misfits(stage)).toEqual([]);
		await picture(page, `${scene.name}-${language}-light`);
		// without motion, so that no colour is still on its way from one scheme to the other
		await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
		expect(await findings(stage, ofColours)).toEqual([]);
		await picture(page, `${scene.name}-${language}-dark`);
		// 320 CSS pixels is what a window of 640 leaves at 200 % zoom (WCAG 1.4.10)
		await page.setViewportSize({ width: 320, height: 500 });
		expect(await misfits(stage)).toEqual([]);
		await picture(page, `${scene.name}-${language}-narrow`);
		await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active', reducedMotion: 'reduce' });
		expect(await findings(stage, ofColours)).toEqual([]);
		await picture(page, `${scene.name}-${language}-forced`);
		await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: null });
		await page.setViewportSize({ width: 1000, height: 700 });
		expect(await misfits(stage)).toEqual([]);
		await picture(page, `${scene.name}-${language}-wide`);
	});

	it('stands the way its language is read', async () => {
		await stage.page.setViewportSize({ width: 360, height: 600 });
		await show(stage, scenes.find(({ name }) => name === 'site-enabled') as Scene);
		const layout = await stage.page.evaluate(() => ({
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
		await stage.page.locator('#tab-site').focus();
		await stage.page.keyboard.press(language === 'ar' ? 'ArrowLeft' : 'ArrowRight');
		await expect.poll(() => stage.page.locator('#tab-identity').getAttribute('aria-selected')).toBe('true');
	});
});
