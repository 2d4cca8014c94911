import { BautaError } from '../../messages/errors.ts';
import { faultText } from '../../messages/fault-text.ts';
import type { PageWord } from '../../messages/page-words.ts';
import { browser } from '../../platform/api/browser.ts';

let words: Partial<Record<PageWord, string>> = {};
/** Takes over all words of the page's surfaces: after an update of Bauta the old script cannot ask for them any more. */
export function setWords(all: Record<PageWord, string>): void {
	words = all;
}
/** A string of `_locales`. */
export const word = (key: PageWord): string => words[key] ?? browser.i18n.getMessage(key);

/** The direction of the language that the words are in, which may not be that of the browser. */
export const direction = browser.i18n.getMessage('content_direction') === 'rtl' ? 'rtl' : 'ltr';

/** What to tell a person about a step that failed with `thrown`. */
export const failureText = (thrown: unknown): string => (thrown instanceof BautaError ? faultText(thrown) : word('content_failed'));
