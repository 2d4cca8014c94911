import type { Frame, Page } from 'playwright-core';
import { clickPierced, heard, type Pierced, pierce, waitPierced } from '../../test/pierce.ts';
import type { Scene } from './scene.ts';
import type { Place } from './window.ts';
import { word } from './words.ts';

export type Verdict = 'foreign' | 'keyless' | 'mine' | null;

/** Waits until the room can be talked in. */
export async function ready(page: Page, scene: Pick<Scene, 'ready'>): Promise<void> {
	for (const selector of scene.ready) await page.locator(selector).first().waitFor({ timeout: 30_000 });
}

const isSwitch = ({ name, attributes }: Pierced) => name === 'button' && 'aria-pressed' in attributes && !('aria-disabled' in attributes);

/** The private composer's frame, once it can be typed into. Throws after 15 s. */
export async function composerOf(page: Page): Promise<Frame> {
	for (const end = Date.now() + 15_000; Date.now() < end; await page.waitForTimeout(30)) {
		const frame = page.frames().find((candidate) => candidate.url().includes('/composer.html'));
		if (frame && (await frame.locator('textarea').isVisible())) return frame;
	}
	throw new Error('the private composer did not open');
}

/** Presses the Anonymous switch of the room that the page shows, when it can be pressed, and waits for the private composer. */
export async function turnOn(page: Page): Promise<Frame> {
	const button = await waitPierced(page, isSwitch, 30_000);
	if (button.attributes['aria-pressed'] !== 'true') await clickPierced(page, button);
	await waitPierced(page, (element) => isSwitch(element) && element.attributes['aria-pressed'] === 'true');
	return composerOf(page);
}

// Functions that run in pages name no function of their own in a variable: the compiler of these scripts would wrap it in a helper that is not there.

/** Unix ms, with fractions, of the next Enter key that arrives in this frame or page. Ask before pressing. */
export async function nextEnter(place: Place): Promise<() => Promise<number>> {
	await place.evaluate(() => {
		const scope = globalThis as unknown as { entered?: Promise<number> };
		scope.entered = new Promise((done) => {
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
	return () => place.evaluate(() => (globalThis as unknown as { entered: Promise<number> }).entered, null);
}

/** Unix ms, with fractions, at which an element of this selector holding the text stood in the page. Ask before sending. */
export async function nextShown(page: Place, selector: string, text: string): Promise<() => Promise<number>> {
	await page.evaluate(
		([wanted, content]) => {
			const scope = globalThis as unknown as { shown?: Promise<number> };
			scope.shown = new Promise((done) => {
				const watch = {
					look() {
						if (![...document.querySelectorAll(wanted)].some((element) => element.textContent?.includes(content))) return;
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
	return () => page.evaluate(() => (globalThis as unknown as { shown: Promise<number> }).shown, null);
}

/** The label that stands on the message of this text, as it is drawn and as a screen reader hears it; none within 15 s = no verdict. */
export async function labelOn(
	page: Page,
	text: string,
	isMessage: (element: Pierced) => boolean,
): Promise<{ verdict: Verdict; label: string }> {
	const messageOf = (element: Pierced | null): Pierced | null => (!element || isMessage(element) ? element : messageOf(element.parent));
	for (const end = Date.now() + 15_000; Date.now() < end; await page.waitForTimeout(100)) {
		const badges = await pierce(page, ({ attributes }) => attributes.role === 'img' && 'aria-label' in attributes);
		const badge = badges.find((candidate) => messageOf(candidate)?.text.includes(text));
		if (!badge) continue;
		const { name } = await heard(page, badge);
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
export async function stored(page: Place, text: string): Promise<string[]> {
	return page.evaluate(async (wanted) => {
		const values: string[] = [...Object.values(localStorage), ...Object.values(sessionStorage)];
		const settle = {
			of<T>(request: IDBRequest<T>) {
				return new Promise<T>((done, failed) => {
					request.onsuccess = () => done(request.result);
					request.onerror = () => failed(request.error);
				});
			},
		};
		for (const { name } of await indexedDB.databases()) {
			const database = await settle.of(indexedDB.open(name ?? ''));
			for (const store of database.objectStoreNames) {
				const rows = await settle.of(database.transaction(store).objectStore(store).getAll());
				for (const row of rows) values.push(typeof row === 'string' ? row : JSON.stringify(row));
			}
			database.close();
		}
		for (const name of await caches.keys()) {
			const cache = await caches.open(name);
			for (const request of await cache.keys()) values.push((await (await cache.match(request))?.text()) ?? '');
		}
		return values.filter((value) => value.includes(wanted));
	}, text);
}
