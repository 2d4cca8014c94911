/** What can be scrolled here, where there is more of it than it shows. Its style sheet ends a scroll at its ends. */
const scrollers = 'textarea, .content, .waiting, .sheet';

/**
 * Keeps scrolls in the frame. The browser hands one on to the page where nothing below the pointer can be scrolled, and a page that can be
 * scrolled itself would learn from that how long the text is. In Firefox ESR 153 `overscroll-behavior` alone keeps only what can be scrolled.
 */
export function keepScrolls(): void {
	const keep = (event: Event) => {
		for (let at = event.target as Element | null; at; at = at.parentElement)
			if (at.matches(scrollers) && at.scrollHeight > at.clientHeight) return;
		event.preventDefault();
	};
	for (const type of ['wheel', 'touchmove']) addEventListener(type, keep, { passive: false });
}
