import { createRef } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { act, draft } from './store.ts';

/** ms after a key within which the next key is likely: a focus that is lost then was taken from somebody who writes */
const typingPause = 3000;
/** the text field: there is one composer to a page, so it and the time of its last key stand here */
export const field = createRef<HTMLTextAreaElement>();
/** unix ms */
let lastKey = 0;

/** Somebody is writing. */
export function noteKey(): void {
	lastKey = Date.now();
}

/** Whether the window has the focus, and whether it was taken while somebody wrote: then the next keys go to the page (THREATS.md P3). */
export function useFocus(): { hasFocus: boolean; isStolen: boolean } {
	const [hasFocus, setHasFocus] = useState(document.hasFocus());
	const [isStolen, setStolen] = useState(false);
	useEffect(() => {
		const onFocus = () => {
			setHasFocus(true);
			setStolen(false);
			if (document.activeElement === document.body || !document.activeElement) field.current?.focus();
			act({ kind: 'focus' });
		};
		const onBlur = () => {
			setHasFocus(false);
			setStolen(draft.value !== '' && Date.now() - lastKey < typingPause);
		};
		addEventListener('focus', onFocus);
		addEventListener('blur', onBlur);
		if (document.hasFocus()) onFocus();
		return () => {
			removeEventListener('focus', onFocus);
			removeEventListener('blur', onBlur);
		};
	}, []);
	return { hasFocus, isStolen };
}
