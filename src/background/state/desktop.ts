import { browser } from '../../platform/api/browser.ts';
import { bringToFront } from '../../platform/bring-to-front.ts';
import { onLock } from './lock.ts';
import { SessionValue } from './session-value.ts';
import { currentTabId } from './tabs.ts';

/** Whether the browser lets Bauta show notifications: the user's leave to show those of anonymous messages in place of the sites. */
export const mayNotify = (): Promise<boolean> => browser.permissions.contains({ permissions: ['notifications'] });

/** by tab and site, until this `performance` time; a composer asks with everything that happens */
const answers = new Map<string, { notifies: boolean; until: number }>();
const answerLife = 60_000;
declare const Notification: { permission: string } | undefined;
declare const location: { origin: string };

/**
 * Whether the page in a tab may show notifications: so its user is rung by their own messages. The page is told nothing, and has no say in it: it
 * is asked in a world of the extension's own.
 */
export async function doesSiteNotify(tab: number, site: string): Promise<boolean> {
	const name = `${tab} ${site}`;
	const earlier = answers.get(name);
	if (earlier && performance.now() < earlier.until) return earlier.notifies;
	const func = () => typeof Notification !== 'undefined' && Notification.permission === 'granted' && location.origin;
	const [answer] = await browser.scripting.executeScript({ target: { tabId: tab }, func }).catch(() => []);
	const notifies = answer?.result === site;
	// a page that is just being loaded has none: it is asked again
	if (answer) answers.set(name, { notifies, until: performance.now() + answerLife });
	return notifies;
}

/** So many notifications are remembered. */
const mostNotices = 300;
/** By the random ids of notifications, which desktops may keep: the tab whose message caused it, and whether it says the message's words. */
const notices = new SessionValue<Record<string, { tab: number; hasWords: boolean }>>('notices', {});

/** Notes a notification that is about to be shown. */
export const noteNotice = (id: string, tab: number, hasWords: boolean): Promise<void> =>
	notices.update((all) => {
		delete all[id];
		all[id] = { tab, hasWords };
		for (const oldest of Object.keys(all).slice(0, -mostNotices)) delete all[oldest];
	});

/** What stands on the desktop with a message's words goes with the lock. */
async function clearWords(): Promise<void> {
	const ids = await notices.update((all) => {
		const withWords = Object.keys(all).filter((id) => all[id]?.hasWords);
		for (const id of withWords) delete all[id];
		return withWords;
	});
	await Promise.all(ids.map((id) => browser.notifications?.clear(id)));
}
onLock(clearWords);

/**
 * A click brings the tab to the front, and is told to no page: it can only be one on somebody else's message (THREATS.md P9). One of an earlier
 * run of the browser's brings none: tabs have other ids by now.
 */
async function followClick(id: string): Promise<void> {
	await browser.notifications.clear(id);
	const notice = (await notices.get())[id];
	if (notice) await bringToFront(await currentTabId(notice.tab)).catch(() => {});
}
const onClick = (id: string): void => void followClick(id);

/** Follows clicks on notifications from now on, where the browser lets Bauta show any. To be called in the worker's first turn, and after a grant. */
export function followClicks(): void {
	// the API is there with the permission alone
	if (!browser.notifications) return;
	// anew each time: what was registered before the permission was taken away may hear nothing any more
	browser.notifications.onClicked.removeListener(onClick);
	browser.notifications.onClicked.addListener(onClick);
}
