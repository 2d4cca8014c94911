import browser from 'webextension-polyfill';
import type { Fault } from '../messages/rooms.ts';

/** All words of the page's surfaces, read once: after an update of Bauta the old script cannot ask for them any more. */
const keys = [
	'content_switch',
	'content_on',
	'content_off',
	'content_closed',
	'content_looking',
	'content_no_vault',
	'content_locked',
	'content_more',
	'content_window',
	'content_hide',
	'content_dead',
	'content_dead_short',
	'content_tampered',
	'content_blocked',
	'content_no_reply_id',
	'content_frame',
	'content_anonymous',
	'content_keyless',
	'content_mine',
	'content_foreign',
	'content_legend_mine',
	'content_legend_foreign',
	'content_actions',
	'content_failed',
	'access_closed',
] as const;
export type Word = (typeof keys)[number];

const words = Object.fromEntries(keys.map((key) => [key, browser.i18n.getMessage(key)])) as Record<Word, string>;
export const word = (key: Word): string => words[key];

/** The direction of the language that the words are in, which may not be that of the browser. */
export const direction = browser.i18n.getMessage('content_direction') === 'rtl' ? 'rtl' : 'ltr';

/** What to tell a person about a fault, and what they can do: the words of a closed room first, then those of an error. */
export function faultText(fault: Fault): string {
	const key = fault.code.replaceAll('-', '_');
	try {
		return (
			browser.i18n.getMessage(`access_${key}`, fault.detail) || browser.i18n.getMessage(`error_${key}`, fault.detail) || words.access_closed
		);
	} catch {
		return words.access_closed;
	}
}
