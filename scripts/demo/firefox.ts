import { type FirefoxPage, launchFirefox, type TestFirefox } from '../../test/firefox.ts';
import { launchFirefoxBauta } from '../../test/firefox-bauta.ts';
import type { Json } from '../../test/firefox-page.ts';
import { turnOn } from '../../test/firefox-switch.ts';
import { patience } from '../../test/until.ts';
import { explain } from './explain.ts';
import { newPhrase } from './phrase.ts';
import type { Person, Scene, Verdict } from './scene.ts';
import type { PageOrFrame, Player, Window } from './window.ts';
import { word } from './words.ts';

const enter = '\uE007';
const pageOrFrame = (target: FirefoxPage): PageOrFrame => ({
	evaluate: (body, value) => target.evaluate(body as unknown as (value: Json) => never, value as Json),
});
const pause = (ms: number) => new Promise((next) => setTimeout(next, ms));

// Functions that run in pages name no function of their own in a variable: why is said in page.ts.

/** The label on the message of this text, as it is drawn, and the name of the sign in it for assistive technology. */
async function labelOn(page: FirefoxPage, { message }: Pick<Scene, 'message'>, text: string): Promise<{ verdict: Verdict; label: string }> {
	for (const end = Date.now() + patience; Date.now() < end; await pause(200)) {
		const badges = await page.pierce(
			(root: ShadowRoot, selector: string, content: string) => {
				const name = root.querySelector('[role=img][aria-label]')?.getAttribute('aria-label');
				if (!name) return null;
				let label = '';
				for (let within: Node = root; within instanceof ShadowRoot; within = within.host.getRootNode()) {
					label ||= within.textContent?.trim() ?? '';
					const around = within.host.closest(selector);
					if (around) return around.textContent?.includes(content) ? { name, label } : null;
				}
				return null;
			},
			message.selector,
			text,
		);
		const badge = badges.find((candidate) => candidate !== null);
		if (!badge) continue;
		const { name, label } = badge;
		if (name === word('content_mine')) return { verdict: 'mine', label };
		if (label === word('content_keyless')) return { verdict: 'keyless', label };
		return { verdict: name === word('content_foreign') ? 'foreign' : null, label };
	}
	return { verdict: null, label: '' };
}

/** Waits until the room can be talked in. */
export async function waitUntilReady(page: FirefoxPage, scene: Pick<Scene, 'ready'>): Promise<void> {
	for (const selector of scene.ready)
		await page.until((element: string) => (document.querySelector(element)?.getBoundingClientRect().height ?? 0) > 0, selector);
}

/** A tab with a web chat in it that can be talked in. `uuid`: of the extension; `close`: ends the browser */
export function chatWindow(page: FirefoxPage, scene: Pick<Scene, 'message'>, uuid: string, close: () => Promise<void>): Window {
	return {
		...pageOrFrame(page),
		front: () => page.activate(),
		async turnOn() {
			const frame = await turnOn(page, uuid);
			await frame.click('textarea');
			return {
				...pageOrFrame(frame),
				async type(text) {
					for (const key of text) await frame.type(key);
				},
				enter: () => frame.type(enter),
			};
		},
		labelOn: (text) => labelOn(page, scene, text),
		picture: (path) => page.screenshot(path),
		close,
	};
}

/** A Firefox for one person, nobody watching. */
async function open(scene: Scene, person: Person, phrase: string | null): Promise<Window> {
	const size = { width: 1100, height: 850 };
	const browser = await (phrase === null
		? launchFirefox({ extension: null, size })
		: launchFirefoxBauta({ phrase, sites: [scene.origin], frontend: scene.frontend, size }));
	try {
		const page = await browser.open(scene.page(person));
		await waitUntilReady(page, scene);
		return chatWindow(page, scene, browser.uuid, () => browser.close());
	} catch (fault) {
		await browser.close();
		throw fault;
	}
}

const moveTo = (browser: TestFirefox, x: number, y: number) =>
	browser.chrome((left: number, top: number) => window.moveTo(left, top), x, y);

/** Two windows side by side, as far as the screen's manager lets them. */
async function interactive(scene: Scene, interruption: Promise<void>, say: (line: string) => void): Promise<void> {
	const display = { headed: true, size: { width: 900, height: 800 } };
	const author = await launchFirefoxBauta({
		phrase: newPhrase(),
		sites: [scene.origin],
		frontend: scene.frontend,
		settings: {},
		...display,
	});
	const neighbour = await launchFirefox({ extension: null, ...display });
	try {
		await moveTo(author, 20, 40);
		await moveTo(neighbour, 940, 40);
		const page = await author.open(scene.page('author'));
		await neighbour.open(scene.page('neighbour'));
		await waitUntilReady(page, scene);
		explain(scene, say);
		await Promise.race([author.ended, neighbour.ended, interruption]);
	} finally {
		await Promise.allSettled([author.close(), neighbour.close()]);
	}
}

export const firefox: Player = { browser: 'firefox', open, interactive };
