import { isBeside } from './beside.ts';
import { act } from './store.ts';

const stops = 'button, input, textarea, select, summary, [href]';

/** What the Tab key stops at first. */
function firstStop(): Element | undefined {
	return [...document.querySelectorAll<HTMLElement>(stops)].find(
		(stop) => !stop.matches(':disabled') && stop.tabIndex >= 0 && stop.checkVisibility(),
	);
}

/**
 * From the first thing in the frame Shift and Tab lead to the switch. The browser would go to whatever stands last in the page: the frame
 * lies in the top layer, away from its switch.
 */
export function watchWayBack(): void {
	addEventListener('keydown', (event) => {
		if (!event.isTrusted || event.key !== 'Tab' || !event.shiftKey || isBeside || document.activeElement !== firstStop()) return;
		event.preventDefault();
		act({ kind: 'back' });
	});
}
