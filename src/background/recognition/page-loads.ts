import { onUnlock } from '../state/lock.ts';
import { SessionValue } from '../state/session-value.ts';

// In the background's first part: it hears of every page and every unlock, also while labels.ts was not loaded yet.

/** How long a page counts as just loaded, ms. */
const freshMs = 60_000;
/** When the page in a tab was loaded, on the clock of `performance`. */
const loads = new Map<number, number>();
/** Whether the log on disk was read since the browser was started. */
const logRead = new SessionValue<boolean>('log-read', false);
/** Tabs whose pages were loaded after that, the latest at the end. */
const logReaders = new SessionValue<number[]>('log-readers', []);
const mostReaders = 500;

onUnlock(async () => {
	await (await import('./message-log.ts')).readLog();
	await logRead.set(true);
});

/** A page was loaded in this tab. */
export async function notePageLoad(tab: number): Promise<void> {
	loads.set(tab, performance.now());
	const isReader = await logRead.get();
	await logReaders.update((tabs) => {
		const others = tabs.filter((other) => other !== tab);
		tabs.splice(0, tabs.length, ...[...others, ...(isReader ? [tab] : [])].slice(-mostReaders));
	});
}

/** Whether the page in this tab was loaded within the last minute. */
export const isFresh = (tab: number): boolean => performance.now() - (loads.get(tab) ?? Number.NEGATIVE_INFINITY) < freshMs;

/** Whether the page in this tab was loaded after the log on disk was read: only such a page sees what that holds (THREATS.md P9). */
export const knowsLog = async (tab: number): Promise<boolean> => (await logReaders.get()).includes(tab);
