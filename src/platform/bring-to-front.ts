import { browser } from './api/browser.ts';

/** Gives the keyboard back to the page in a tab. Returns whether another tab or window of this browser was in front of it. */
export async function bringToFront(id: number): Promise<boolean> {
	const [{ active, windowId }, front] = await Promise.all([browser.tabs.get(id), browser.windows.getLastFocused()]);
	if (!active) await browser.tabs.update(id, { active: true });
	if (windowId !== undefined) await browser.windows.update(windowId, { focused: true });
	return !active || front.id !== windowId;
}
