import type { Frame, Page } from 'playwright-core';
import { composerFrame } from '../../test/content/page.ts';
import { clickPierced, type Pierced, pierce, spokenAs, waitPierced } from '../../test/pierce.ts';
import { patience, pauseAfter } from '../../test/until.ts';
import type { Scene, Verdict } from './scene.ts';
import type { PageOrFrame } from './window.ts';
import { word } from './words.ts';

/** Waits until the room can be talked in. */
export async function waitUntilReady(page: Page, scene: Pick<Scene, 'ready'>): Promise<void> {
	for (const selector of scene.ready) await page.locator(selector).first().waitFor();
}

/** The Anonymous switch where it can be pressed. */
const isSwitch = ({ name, attributes }: Pierced) => name === 'button' && 'aria-pressed' in attributes && !('aria-disabled' in attributes);

/** The private composer's frame, once it has been in full view for so long that it can send. */
export const composerOf = composerFrame;

/** Presses the Anonymous switch of the room that the page shows, when it can be pressed, and waits for the private composer. */
export async function turnOn(page: Page): Promise<Frame> {
	const button = await waitPierced(page, isSwitch);
	if (button.attributes['aria-pressed'] !== 'true') await clickPierced(page, button);
	await waitPierced(page, (element) => isSwitch(element) && element.attributes['aria-pressed'] === 'true');
	return composerOf(page);
}

// Functions that run in pages name no function of their own in a variable: esbuild, which compiles these scripts for tsx, wraps such a
// function in a call of its own `__name` (its option keepNames), which does not exist in the page.

/**
 * Listens for the next Enter key in this frame or page: call it before the key is pressed.
 * Returns a function that waits for the key and returns its time in unix ms, with fractions.
 */
export async function watchForEnter(frame: PageOrFrame): Promise<() => Promise<number>> {
	await frame.evaluate(() => {
		const scope = globalThis as unknown as { enterKey?: Promise<number> };
		scope.enterKey = new Promise((done) => {
			const listener = {
				handleEvent(event: Event) {
					if ((event as KeyboardEvent).key !== 'Enter') return;
					removeEventListener('keydown', listener, true);
					done(performance.timeOrigin + event.timeStamp);
				},
			};
			addEventListener('keydown', listener, true);
		});
	}, null);
	return () => frame.evaluate(() => (globalThis as unknown as { enterKey: Promise<number> }).enterKey, null);
}

/**
 * Watches for an element of this selector that holds the text: call it before the text is sent.
 * Returns a function that waits for the element and returns the time at which it stood in the page, in unix ms with fractions.
 */
export async function watchForText(page: PageOrFrame, selector: string, text: string): Promise<() => Promise<number>> {
	await page.evaluate(
		([elements, content]) => {
			const scope = globalThis as unknown as { textInPage?: Promise<number> };
			scope.textInPage = new Promise((done) => {
				const watch = {
					look() {
						if (![...document.querySelectorAll(elements)].some((element) => element.textContent?.includes(content))) return;
						observer.disconnect();
						done(performance.timeOrigin + performance.now());
					},
				};
				const observer = new MutationObserver(() => watch.look());
				observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
				watch.look();
			});
		},
		[selector, text] as const,
	);
	return () => page.evaluate(() => (globalThis as unknown as { textInPage: Promise<number> }).textInPage, null);
}

/** The label on the message of this text, as it is drawn and as a screen reader hears it. The verdict is `null` when there is none in the end. */
export async function labelOn(
	page: Page,
	text: string,
	isMessage: (element: Pierced) => boolean,
): Promise<{ verdict: Verdict; label: string }> {
	const messageOf = (element: Pierced | null): Pierced | null => (!element || isMessage(element) ? element : messageOf(element.parent));
	for (const end = Date.now() + patience; Date.now() < end; ) {
		const began = performance.now();
		const badges = await pierce(page, ({ attributes }) => attributes.role === 'img' && 'aria-label' in attributes);
		const badge = badges.find((candidate) => messageOf(candidate)?.text.includes(text));
		if (!badge) {
			await pauseAfter(began);
			continue;
		}
		const { name } = await spokenAs(page, badge);
		let host = badge.parent;
		while (host && !host.text.trim()) host = host.parent;
		const label = host?.text.trim() ?? '';
		if (name === word('content_mine')) return { verdict: 'mine', label };
		if (label === word('content_keyless')) return { verdict: 'keyless', label };
		return { verdict: name === word('content_foreign') ? 'foreign' : null, label };
	}
	return { verdict: null, label: '' };
}

/** The values in the page's own storage that hold the text: web storage, IndexedDB, caches. */
export async function storedValues(page: PageOrFrame, text: string): Promise<string[]> {
	return page.evaluate(async (content) => {
		const values: string[] = [...Object.values(localStorage), ...Object.values(sessionStorage)];
		const resultOf = {
			request<T>(pending: IDBRequest<T>) {
				return new Promise<T>((done, failed) => {
					pending.onsuccess = () => done(pending.result);
					pending.onerror = () => failed(pending.error);
				});
			},
		};
		for (const { name } of await indexedDB.databases()) {
			const database = await resultOf.request(indexedDB.open(name ?? ''));
			for (const store of database.objectStoreNames) {
				const rows = await resultOf.request(database.transaction(store).objectStore(store).getAll());
				for (const row of rows) values.push(typeof row === 'string' ? row : JSON.stringify(row));
			}
			database.close();
		}
		for (const name of await caches.keys()) {
			const cache = await caches.open(name);
			for (const request of await cache.keys()) values.push((await (await cache.match(request))?.text()) ?? '');
		}
		return values.filter((value) => value.includes(content));
	}, text);
}
