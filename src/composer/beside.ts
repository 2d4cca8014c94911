import { browser } from '../platform/api/browser.ts';

/** This composer stands beside the page: in the side panel, the sidebar or a window of its own. */
export const isBeside = typeof window !== 'undefined' && window.top === window;

/**
 * Watches the tab of the room. `look` is called when something happens in it: it may show another page or room by now.
 * @param tab the tab's id, undefined while it is not known
 */
export function followTab(tab: () => number | undefined, look: () => void): void {
	const hear = (id: number) => {
		if (id === tab()) look();
	};
	browser.tabs.onUpdated.addListener((id, { status }) => {
		// a page that is being loaded has no rooms yet, and says nothing of those that it will show
		if (status === 'complete') hear(id);
	});
	browser.tabs.onRemoved.addListener(hear);
}

/** Has `load` called when this composer gets another ticket: its address changes, and its document stays. */
export function followTickets(load: () => void): void {
	addEventListener('hashchange', () => {
		if (location.hash.length > 1) load();
	});
}
