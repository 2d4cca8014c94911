import type { Frame, Page } from 'playwright-core';
import { launchBauta } from '../../test/bauta.ts';
import { launchBrowser } from '../../test/browser.ts';
import { explain } from './explain.ts';
import { labelOn, ready, turnOn } from './page.ts';
import { newPhrase } from './phrase.ts';
import type { Person, Scene } from './scene.ts';
import type { Place, Player, Window } from './window.ts';

const place = (of: Page | Frame): Place => ({ evaluate: (body, value) => (of as Place).evaluate(body, value) });

/** A Chromium for one person, nobody watching. */
async function open(scene: Scene, person: Person, phrase: string | null): Promise<Window> {
	const browser = await (phrase === null
		? launchBrowser({ extension: null })
		: launchBauta({ phrase, sites: [scene.origin], frontend: scene.frontend }));
	try {
		const page = await browser.open(scene.page(person));
		await ready(page, scene);
		return {
			...place(page),
			front: () => page.bringToFront(),
			async turnOn() {
				const frame = await turnOn(page);
				const field = frame.locator('textarea');
				return { ...place(frame), type: (text) => field.pressSequentially(text, { delay: 30 }), enter: () => field.press('Enter') };
			},
			labelOn: (text) => labelOn(page, text, scene.message.is),
			async picture(path) {
				await page.screenshot({ path });
			},
			close: () => browser.close(),
		};
	} catch (fault) {
		await browser.close();
		throw fault;
	}
}

/** Two windows side by side. */
async function interactive(scene: Scene, interrupted: Promise<void>, say: (line: string) => void): Promise<void> {
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
	const closed = Promise.race([author, neighbour].map(({ context }) => new Promise<void>((done) => context.once('close', () => done()))));
	try {
		const page = await author.open(scene.page('author'));
		await (await neighbour.open(scene.page('neighbour'))).bringToFront();
		await ready(page, scene);
		await page.bringToFront();
		explain(scene, say);
		await Promise.race([closed, interrupted]);
	} finally {
		await Promise.allSettled([author.close(), neighbour.close()]);
	}
}

export const chromium: Player = { browser: 'chromium', open, interactive };
