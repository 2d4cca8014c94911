import { browser } from './api/browser.ts';

// Where a composer stands beside a page, so that its keys count as nothing there: in Chromium the side panel of the tab, in Firefox the
// sidebar where it is open, else a window.

/** `chrome.sidePanel`, which the types do not know. */
interface SidePanel {
	setOptions(options: { tabId: number; path?: string; enabled: boolean }): Promise<void>;
	open(options: { tabId: number }): Promise<void>;
}
const sidePanel = (): SidePanel => (browser as unknown as { sidePanel: SidePanel }).sidePanel;

/** A path, not `getURL`: as sites may frame this page, Chromium's `getURL` gives a changing address (use_dynamic_url) for frames alone. */
const page = 'composer.html';
const windowSize = { width: 440, height: 420 };
let openingSidebar: Promise<unknown> = Promise.resolve();

/**
 * Opens the side panel of a tab, or does nothing where it is not enabled there. To be called in the very turn of the listener that heard the
 * user's click or shortcut: after anything that is waited for, Chromium does not take it for an answer to the user any more. Without a
 * default page in the manifest a panel exists in a tab alone for which it was enabled.
 */
export function openPanelInTurn(tabId: number, isEnabling: boolean): void {
	if (__TARGET__ === 'firefox') return;
	if (isEnabling)
		void sidePanel()
			.setOptions({ tabId, path: page, enabled: true })
			.catch(() => {});
	sidePanel()
		.open({ tabId })
		.catch(() => {});
}

/** Firefox: opens the sidebar of the window in use, in the very turn of the listener that heard the shortcut; it does so for nothing else. */
export function openSidebarInTurn(): void {
	if (__TARGET__ === 'firefox') openingSidebar = browser.sidebarAction.open().catch(() => {});
}

/** Chromium: whether the side panel can be opened in a tab. Where it cannot, an open one closes. */
export async function enablePanel(tabId: number, isEnabled: boolean): Promise<void> {
	if (__TARGET__ === 'firefox') return;
	await sidePanel()
		.setOptions({ tabId, path: page, enabled: isEnabled })
		.catch(() => {});
}

/** Whether a ticket for this tab has to open more than once: Firefox loads the sidebar's page anew whenever its tab is shown again. */
export async function usesSidebar(tabId: number): Promise<boolean> {
	if (__TARGET__ !== 'firefox') return false;
	await openingSidebar;
	const { windowId } = await browser.tabs.get(tabId);
	return windowId !== undefined && (await browser.sidebarAction.isOpen({ windowId }));
}

/**
 * Has the composer beside a tab open with this ticket. A composer that is there takes it by the change of its address.
 * @param windowId Firefox: the window that this tab's composer had before
 * @returns Firefox: the window that it is in now; null where it is in none of its own
 */
export async function showTicket(tabId: number, ticket: string, windowId: number | null): Promise<number | null> {
	const url = `${page}#${ticket}`;
	if (__TARGET__ !== 'firefox') {
		await sidePanel().setOptions({ tabId, path: url, enabled: true });
		return null;
	}
	if (await usesSidebar(tabId)) {
		await browser.sidebarAction.setPanel({ tabId, panel: url });
		return null;
	}
	if (windowId !== null) {
		const [tab] = await browser.tabs.query({ windowId }).catch(() => []);
		if (tab?.id !== undefined) {
			await browser.tabs.update(tab.id, { url: browser.runtime.getURL(url) });
			await browser.windows.update(windowId, { focused: true });
			return windowId;
		}
	}
	return (await browser.windows.create({ url, type: 'popup', ...windowSize })).id ?? null;
}

/** Firefox: the sidebar of a tab has no composer any more. */
export async function clearSidebar(tabId: number): Promise<void> {
	if (__TARGET__ === 'firefox') await browser.sidebarAction.setPanel({ tabId, panel: page }).catch(() => {});
}
