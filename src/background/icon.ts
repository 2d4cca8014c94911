import browser from 'webextension-polyfill';
import { vaultKey } from './lock.ts';
import { readTab } from './tabs.ts';

type Face = 'mask' | 'mask-on' | 'mask-grey' | 'mask-locked';

async function faceOf(tabId: number): Promise<Face> {
	const tab = await readTab(tabId);
	if (!tab) return 'mask-grey';
	// what is on stays on while locked: the room's own composer is closed all the same
	if (tab.on.length > 0) return 'mask-on';
	return (await vaultKey()) ? 'mask' : 'mask-locked';
}

const titles: Record<Face, string> = {
	mask: 'icon_off',
	'mask-on': 'icon_on',
	'mask-grey': 'icon_grey',
	'mask-locked': 'icon_locked',
};

/** The toolbar icon of a tab: the true state, by picture and by name. */
export async function showIcon(tabId: number): Promise<void> {
	const face = await faceOf(tabId);
	try {
		await browser.action.setIcon({ tabId, path: { 16: `icons/${face}-16.png`, 32: `icons/${face}-32.png` } });
		await browser.action.setTitle({ tabId, title: browser.i18n.getMessage(titles[face]) });
	} catch {
		// the tab is gone
	}
}
