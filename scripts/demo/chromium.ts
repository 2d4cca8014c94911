import type { Frame, Page } from 'playwright-core';
import { launchBauta } from '../../test/bauta.ts';
import { launchBrowser } from '../../test/browser.ts';
import { explain } from './explain.ts';
import { labelOn, turnOn, waitUntilReady } from './page.ts';
import { newPhrase } from './phrase.ts';
import type { Person, Scene } from './scene.ts';
import type { PageOrFrame, Player, Window } from './window.ts';

const pageOrFrame = (target: Page | Frame): PageOrFrame => ({ evaluate: (body, value) => (target as PageOrFrame).evaluate(body, value) });

/** A page with a web chat in it that can be talked in. `close`: ends the browser */
export function chatWindow(page: Page, { message }: Pick<Scene, 'message'>, close: () => Promise<void>): Window {
	return {
		...pageOrFrame(page),
		front: () => page.bringToFront(),
		async turnOn() {
			const frame = await turnOn(page);
			const field = frame.locator('textarea');
			return { ...pageOrFrame(frame), type: (text) => field.pressSequentially(text, { delay: 30 }), enter: () => field.press('Enter') };
		},
		labelOn: (text) => labelOn(page, text, message.is),
		async picture(path) {
			await page.screenshot({ path });
		},
		close,
	};
}

/** A Chromium for one person, nobody watching. */
async function open(scene: Scene, person: Person, phrase: string | null): Promise<Window> {
	const browser = await (phrase === null
		? launchBrowser({ extension: null })
		: launchBauta({ phrase, sites: [scene.origin], frontend: scene.frontend }));
	try {
		const page = await browser.open(scene.page(person));
		await waitUntilReady(page, scene);
		return chatWindow(page, scene, () => browser.close());
	} catch (fault) {
		await browser.close();
		throw fault;
	}
}

/** Two windows side by side. */
async function interactive(scene: Scene, interruption: Promise<void>, say: (line: string) => void): Promise<void> {
	const window = (x: number) => [`--window-position=${x},40`, '--window-size=900,800'];
	const author = await launchBauta({
		phrase: newPhrase(),
		sites: [scene.origin],
		frontend: scene.frontend,
		settings: {},
		headed: 'here',
		flags: window(20),
	});
	const neighbour = await launchBrowser({ extension: null, headed: 'here', flags: window(940) });
	const firstClosed = Promise.race(
		[author, neighbour].map(({ context }) => new Promise<void>((done) => context.once('close', () => done()))),
	);
	try {
		const page = await author.open(scene.page('author'));
		await (await neighbour.open(scene.page('neighbour'))).bringToFront();
		await waitUntilReady(page, scene);
		await page.bringToFront();
		explain(scene, say);
		await Promise.race([firstClosed, interruption]);
	} finally {
		await Promise.allSettled([author.close(), neighbour.close()]);
	}
}

export const chromium: Player = { browser: 'chromium', open, interactive };
