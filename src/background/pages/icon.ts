import { browser } from '../../platform/api/browser.ts';
import { isClosed } from '../access/room-access.ts';
import { isUnlocked } from '../state/lock.ts';
import { readTab } from '../state/tabs.ts';

/** By picture and by name. Two of them share a picture: on a page without Bauta and in closed rooms there is nothing to turn on. */
const faces = {
	off: { picture: 'mask', title: 'icon_off' },
	on: { picture: 'mask-on', title: 'icon_on' },
	closed: { picture: 'mask-grey', title: 'icon_closed' },
	grey: { picture: 'mask-grey', title: 'icon_grey' },
	locked: { picture: 'mask-locked', title: 'icon_locked' },
};

async function faceOf(tabId: number): Promise<keyof typeof faces> {
	const tab = await readTab(tabId);
	if (!tab) return 'grey';
	// a switch stays on while the vault is locked, since the page's own composer stays closed too
	if (tab.on.length > 0 || tab.rooms.some(({ address }) => tab.held.includes(address))) return 'on';
	if (!(await isUnlocked())) return 'locked';
	const closed = await Promise.all(tab.rooms.map((room) => isClosed(tabId, room)));
	return closed.length > 0 && !closed.includes(false) ? 'closed' : 'off';
}

/** The toolbar icon of a tab: the true state, by picture and by name. */
export async function showIcon(tabId: number): Promise<void> {
	const { picture, title } = faces[await faceOf(tabId)];
	try {
		await browser.action.setIcon({ tabId, path: { 16: `icons/${picture}-16.png`, 32: `icons/${picture}-32.png` } });
		await browser.action.setTitle({ tabId, title: browser.i18n.getMessage(title) });
	} catch {
		// the tab is gone
	}
}
