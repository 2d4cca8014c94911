import browser from 'webextension-polyfill';

/**
 * Tells every composer something, also those that lost their port when an earlier worker ended. `wake`: look again, as the lock or the site
 * changed; `lock`: hand over what is being written.
 */
export function orderComposers(order: 'wake' | 'lock'): void {
	browser.runtime.sendMessage({ composers: order }).catch(() => {});
}
