import { listen } from './window-listeners.ts';

/** How long after a key or a click what the page sends may be the account's own word, ms. */
const actMs = 3000;
/** How long after the user's own act a page may well go on scrolling, or open something, ms. */
const movementMs = 1500;
const kinds = ['keydown', 'pointerdown', 'pointerup', 'wheel', 'touchmove', 'resize'];
const scrollKeys = /^(Page|Home|End|Arrow)/;
/** when each kind of act last happened, ms of `performance.now` */
const lastTimes: Record<string, number> = {};

/** Notes the user's own acts in the page from now on. Called before the page's first script, so that the page can stop none. */
export function watchUserActs(): void {
	for (const kind of kinds)
		listen(
			kind,
			(event) => {
				if (!event.isTrusted) return;
				lastTimes[kind] = performance.now();
				if (scrollKeys.test((event as KeyboardEvent).key)) lastTimes.scroll = performance.now();
			},
			{ capture: true, passive: true },
		);
}

const isWithin = (ms: number, of: string[]) => of.some((kind) => performance.now() - (lastTimes[kind] ?? Number.NEGATIVE_INFINITY) < ms);

/** Whether the user has just typed or clicked in the page. What the page sends without that is no word of the user's (THREATS.md T1). */
export const hasJustActed = (): boolean => isWithin(actMs, ['keydown', 'pointerdown']);
/** Whether the user has just scrolled or changed the window's size: what moves then moves by their act. */
export const hasJustScrolled = (): boolean => isWithin(movementMs, ['scroll', 'wheel', 'touchmove', 'resize']);
/** Whether the user has just done anything in the page: what the page opens then, or scrolls, may well be what they wanted. */
export const hasJustMoved = (): boolean => isWithin(movementMs, kinds);
