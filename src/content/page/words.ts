import { BautaError } from '../../messages/errors.ts';
import { faultText } from '../../messages/fault-text.ts';
import { browser } from '../../platform/api/browser.ts';

/** All words of the page's surfaces, read once: after an update of Bauta the old script cannot ask for them any more. */
const keys = [
	'content_switch',
	'content_on',
	'content_off',
	'content_closed',
	'content_looking',
	'content_more',
	'content_beside',
	'content_write_beside',
	'content_hide',
	'content_dead',
	'content_dead_short',
	'content_tampered',
	'content_caught_keyboard',
	'content_caught_lid',
	'content_stolen',
	'content_out_of_sight',
	'content_type_here',
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
	'error_room_private',
] as const;
export type Word = (typeof keys)[number];

const words = Object.fromEntries(keys.map((key) => [key, browser.i18n.getMessage(key)])) as Record<Word, string>;
/** A string of `_locales`. */
export const word = (key: Word): string => words[key];

/** The direction of the language that the words are in, which may not be that of the browser. */
export const direction = browser.i18n.getMessage('content_direction') === 'rtl' ? 'rtl' : 'ltr';

/** What to tell a person about a step that failed with `thrown`. */
export const failureText = (thrown: unknown): string => (thrown instanceof BautaError ? faultText(thrown) : words.content_failed);
