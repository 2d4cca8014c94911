import { onUnlock } from '../state/lock.ts';

// In the background's first part: it hears of every page and every unlock, also while labels.ts was not loaded yet.

/** How long a page counts as just loaded, ms. */
const freshMs = 60_000;
/** When the page in a tab was loaded, on the clock of `performance`. */
const loads = new Map<number, number>();
/** When the vault was unlocked: pages that were loaded before could not be looked after. */
let unlockTime = Number.NEGATIVE_INFINITY;
onUnlock(() => {
	unlockTime = performance.now();
});

/** A page was loaded in this tab. */
export function notePageLoad(tab: number): void {
	loads.set(tab, performance.now());
}

/** Whether the page in this tab was loaded, or the vault unlocked after that, within the last minute. */
export const isFresh = (tab: number): boolean => performance.now() - Math.max(unlockTime, loads.get(tab) ?? unlockTime) < freshMs;
