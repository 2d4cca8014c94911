import { browser } from '../platform/api/browser.ts';
import type { Fault } from './rooms.ts';

// read at once: after an update of Bauta, the content script that is left in a page cannot ask for words any more
const general = browser.i18n.getMessage('error_internal');

/**
 * What went wrong and what a person can do about it, in the browser's language: for each code one text, which holds for a room that is
 * closed as for a step that failed, so that page, composer and popup never say different things. A code that this build does not know
 * is told as a fault inside Bauta.
 */
export function faultText({ code, detail }: Fault): string {
	try {
		return browser.i18n.getMessage(`error_${code.replaceAll('-', '_')}`, detail) || general;
	} catch {
		return general;
	}
}
