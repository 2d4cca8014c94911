import browser from 'webextension-polyfill';

/** Where this page stands: in the toolbar's popup, which closes when it loses focus, or in a tab of its own. */
export interface Place {
	inTab: boolean;
	/** the tab that "This site" speaks about; null when there is none */
	site: number | null;
}

/** `popup.html?tab=<id>` names the tab it was opened for; a popup speaks about the tab it hangs on; else the tab that was last looked at. */
export async function findPlace(): Promise<Place> {
	const own = await browser.tabs.getCurrent();
	if (!own) {
		const [active] = await browser.tabs.query({ active: true, currentWindow: true });
		return { inTab: false, site: active?.id ?? null };
	}
	const named = Number(new URLSearchParams(location.search).get('tab'));
	const others = (await browser.tabs.query({})).filter((tab) => tab.id !== own.id && tab.incognito === own.incognito);
	const meant = others.find((tab) => named > 0 && tab.id === named);
	const latest = others.sort((a, b) => (b.lastAccessed ?? 0) - (a.lastAccessed ?? 0))[0];
	return { inTab: true, site: (meant ?? latest)?.id ?? null };
}

/** Opens this page in a tab of its own, at `part` (`new`, `import`, a tab's name), and closes the popup. */
export async function openInTab(place: Place, part = ''): Promise<void> {
	await browser.tabs.create({ url: browser.runtime.getURL(`popup.html?tab=${place.site ?? 1}${part && `#${part}`}`) });
	window.close();
}

/** Back to the chat, with this tab closed. */
export async function backToSite(site: number): Promise<void> {
	await browser.tabs.update(site, { active: true });
	const own = await browser.tabs.getCurrent();
	if (own?.id !== undefined) await browser.tabs.remove(own.id);
}
