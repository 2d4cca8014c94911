import { signal } from '@preact/signals';

/** What screen readers read out; set by `announce`. */
export const announcement = signal('');

/** Has this read out by screen readers, also when it is the same as before. */
export function announce(words: string): void {
	announcement.value = '';
	setTimeout(() => {
		announcement.value = words;
	}, 50);
}
