import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBauta } from '../../test/bauta.ts';
import { launchBrowser } from '../../test/browser.ts';
import { labelOn, nextEnter, nextShown, stored, turnOn } from './page.ts';
import { newPhrase } from './phrase.ts';
import type { Report, Scene } from './scene.ts';

const root = join(import.meta.dirname, '../..');

/** Author and text of the message as a page without Bauta shows it. */
async function read(page: Page, { message }: Scene, text: string): Promise<{ author: string; text: string }> {
	const element = page.locator(message.selector, { hasText: text }).first();
	const shown = async (selector: string) => ((await element.locator(selector).first().textContent()) ?? '').trim();
	return { author: await shown(message.author), text: await shown(message.text) };
}

/**
 * Plays the whole journey with real browsers and nobody watching: the author posts once, and every window tells what it shows.
 * `say` hears what is going on.
 */
export async function playHeadless(scene: Scene, text: string, say: (line: string) => void): Promise<Report> {
	const running: { close(): Promise<void> }[] = [];
	const pictures: string[] = [];
	const picture = async (page: Page, name: string) => {
		mkdirSync(join(root, 'pictures', scene.network), { recursive: true });
		const path = join('pictures', scene.network, `${pictures.length + 1}-${name}.png`);
		await page.screenshot({ path: join(root, path) });
		pictures.push(path);
	};
	const enter = async (browser: { open(url: string): Promise<Page>; close(): Promise<void> }, person: Parameters<Scene['page']>[0]) => {
		running.push(browser);
		const page = await browser.open(scene.page(person));
		await scene.ready(page);
		return page;
	};
	const withBauta = (phrase: string) => launchBauta({ phrase, sites: [scene.origin], frontend: scene.frontend });
	try {
		const phrase = newPhrase();
		say('opening four windows: the author, the author’s other device, a user of Bauta, somebody without it');
		const device = await enter(await withBauta(phrase), 'author');
		const author = await enter(await withBauta(phrase), 'author');
		const stranger = await enter(await withBauta(newPhrase()), 'stranger');
		const neighbour = await enter(await launchBrowser({ extension: null }), 'neighbour');

		await author.bringToFront();
		const started = Date.now();
		const composer = await turnOn(author);
		await picture(author, 'switch-on');
		await composer.locator('textarea').pressSequentially(text, { delay: 30 });
		await picture(author, 'composer');
		// long enough for a page to store what it takes for a draft
		await author.waitForTimeout(2000);
		const drafts = (await stored(author, text)).length;
		const [entered, appeared] = [await nextEnter(composer), await nextShown(neighbour, scene.message.selector, text)];
		say('the author presses Enter');
		await composer.locator('textarea').press('Enter');
		const sendMs = Math.round((await appeared()) - (await entered()));
		say(`visible to somebody without Bauta after ${sendMs} ms`);

		const withoutBauta = await read(neighbour, scene, text);
		const otherUser = await labelOn(stranger, text, scene.message.is);
		const authorOtherDevice = await labelOn(device, text, scene.message.is);
		await labelOn(author, text, scene.message.is);
		await picture(neighbour, 'without-bauta');
		await picture(stranger, 'other-user');
		await picture(device, 'author-other-device');
		await picture(author, 'author');
		await author.waitForTimeout(1500);
		const ownAfterwards = scene.own([...(await stored(author, text)), ...(await stored(device, text))]);
		return {
			network: scene.network,
			frontend: scene.frontend,
			text,
			sendMs,
			views: { withoutBauta, otherUser, authorOtherDevice },
			account: { name: scene.account, drafts: drafts + ownAfterwards, ...scene.wire(started) },
			pictures,
		};
	} finally {
		for (const browser of running) await browser.close();
	}
}
