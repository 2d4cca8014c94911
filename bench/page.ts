import type { Page } from 'playwright-core';
import { xmppScene } from '../scripts/demo/xmpp.ts';
import { launchBauta } from '../test/bauta.ts';
import type { TestBrowser } from '../test/browser.ts';
import type { Figure } from './figure.ts';
import { estimate, estimateText, pairedRatio } from './statistics.ts';

const pairs = Number(process.env.PAIRS ?? 24);
const field = 'converse-muc textarea.chat-textarea';

/** Writes down in the page itself when its composer stood there first, in ms after the navigation began. */
async function watchReady(browser: TestBrowser): Promise<Page> {
	const page = await browser.context.newPage();
	await page.addInitScript((selector) => {
		const scope = globalThis as unknown as { ready?: Promise<number> };
		scope.ready = new Promise((done) => {
			new MutationObserver((_, observer) => {
				if (!document.querySelector(selector)) return;
				observer.disconnect();
				requestAnimationFrame(() => done(performance.now()));
			}).observe(document, { subtree: true, childList: true });
		});
	}, field);
	return page;
}

async function load(page: Page, address: string): Promise<number> {
	await page.bringToFront();
	await page.goto(address);
	const ms = await page.evaluate(() => (globalThis as unknown as { ready: Promise<number> }).ready);
	await page.goto('about:blank');
	return ms;
}

/** How long a web chat takes until it can be typed into, with Bauta enabled for it and with Bauta installed but not enabled for it. */
export async function benchPage(): Promise<Figure[]> {
	const scene = await xmppScene();
	const on = await launchBauta({ sites: [scene.origin] });
	const off = await launchBauta({ sites: [] });
	try {
		const pages = [await watchReady(on), await watchReady(off)] as const;
		const timePairs: [number, number][] = [];
		for (let pair = -2; pair < pairs; pair++) {
			const first = pair & 1;
			const times: [number, number] = [0, 0];
			for (const which of [first, 1 - first] as (0 | 1)[]) times[which] = await load(pages[which], scene.page('author'));
			// the first two fill caches
			if (pair >= 0) timePairs.push(times);
		}
		const ratio = pairedRatio(timePairs);
		return [
			{ name: 'page ready, Bauta on', value: estimateText(estimate(timePairs.map(([with_]) => with_)), ' ms'), goal: '', met: null },
			{ name: 'page ready, Bauta off', value: estimateText(estimate(timePairs.map(([, without]) => without)), ' ms'), goal: '', met: null },
			{ name: 'page ready, on/off', value: estimateText(ratio, '', 3), goal: '≤ 1.02', met: ratio.median <= 1.02 },
		];
	} finally {
		await on.close();
		await off.close();
		await scene.stop();
	}
}
