import { signal } from '@preact/signals';
import { browser } from '../../platform/api/browser.ts';

/** Where this page is drawn: in the toolbar's popup, which closes when it loses focus, or in a tab of its own. */
export interface Surface {
	inTab: boolean;
	/** id of the tab that "This site" is about; null when there is none */
	siteTab: number | null;
}
/** Where this page is drawn; set once by `start`. */
export const surface = signal<Surface>({ inTab: false, siteTab: null });

/** A popup is about the tab that it hangs on. A tab is about the one that its address names (`?tab=<id>`), else the one last looked at. */
export async function findSurface(): Promise<Surface> {
	const own = await browser.tabs.getCurrent();
	if (!own) {
		const [active] = await browser.tabs.query({ active: true, currentWindow: true });
		return { inTab: false, siteTab: active?.id ?? null };
	}
	const id = Number(new URLSearchParams(location.search).get('tab'));
	const others = (await browser.tabs.query({})).filter((tab) => tab.id !== own.id && tab.incognito === own.incognito);
	const byAddress = others.find((tab) => id > 0 && tab.id === id);
	const latest = others.sort((a, b) => (b.lastAccessed ?? 0) - (a.lastAccessed ?? 0))[0];
	return { inTab: true, siteTab: (byAddress ?? latest)?.id ?? null };
}

/** Opens this page in a tab of its own and closes the popup. `page`: what it opens at (`new`, `import`, the name of a view). */
export async function openInTab(page = ''): Promise<void> {
	const path = `popup.html?tab=${surface.value.siteTab ?? 1}${page && `#${page}`}`;
	await browser.tabs.create({ url: browser.runtime.getURL(path) });
	window.close();
}

/** Does `task` where this page is a tab; from the popup it is done in a tab, opened at `page`. */
export function inTab(page: string, task: () => void): void {
	if (surface.value.inTab) task();
	else openInTab(page);
}

/** Goes back to the chat in the tab of this id and closes this one. */
export async function backToSite(id: number): Promise<void> {
	await browser.tabs.update(id, { active: true });
	const own = await browser.tabs.getCurrent();
	if (own?.id !== undefined) await browser.tabs.remove(own.id);
}
