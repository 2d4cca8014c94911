import { browser } from '../../platform/api/browser.ts';

/**
 * Sends an order to every composer, also to those that lost their port when an earlier worker ended. `wake`: connect again, as the lock or
 * the site has changed. `lock`: hand over what is being written.
 */
export function orderComposers(order: 'wake' | 'lock'): void {
	browser.runtime.sendMessage({ composers: order }).catch(() => {});
}
