import { browser } from '../../platform/api/browser.ts';

/** Whether this script's Bauta still runs. After an update, a removal or a crash the old script goes on alone in its page. */
export function isAlive(): boolean {
	try {
		return Boolean(browser.runtime.id);
	} catch {
		return false;
	}
}
