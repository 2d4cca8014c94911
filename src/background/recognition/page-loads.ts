import { onUnlock } from '../state/lock.ts';
import { SessionValue } from '../state/session-value.ts';
import { steadyNow } from '../state/steady-now.ts';

// In the background's first part: it hears of every page and every unlock, also while labels.ts was not loaded yet.

/** How long a page counts as just loaded, ms. */
const freshMs = 60_000;
interface PageLoad {
	tab: number;
	/** by `steadyNow` */
	at: number;
	/** whether the log on disk had been read since the browser was started */
	knowsLog: boolean;
}
/** The last loads, the latest at the end. A worker that dies takes no page's first minute along. */
const loads = new SessionValue<PageLoad[]>('page-loads', []);
const mostLoads = 500;
/** Whether the log on disk was read since the browser was started. */
const logRead = new SessionValue<boolean>('log-read', false);

onUnlock(async () => {
	await (await import('./message-log.ts')).readLog();
	await logRead.set(true);
});

/** A page was loaded in this tab. */
export async function notePageLoad(tab: number): Promise<void> {
	const load = { tab, at: await steadyNow(), knowsLog: await logRead.get() };
	await loads.update((all) => {
		all.splice(0, all.length, ...[...all.filter((other) => other.tab !== tab), load].slice(-mostLoads));
	});
}

const loadOf = async (tab: number) => (await loads.get()).find((load) => load.tab === tab);

/** Whether the page in this tab was loaded within the last minute. */
export async function isFresh(tab: number): Promise<boolean> {
	const load = await loadOf(tab);
	return load !== undefined && (await steadyNow()) - load.at < freshMs;
}

/** Whether the page in this tab was loaded after the log on disk was read: only such a page sees what that holds (THREATS.md P9). */
export const knowsLog = async (tab: number): Promise<boolean> => (await loadOf(tab))?.knowsLog === true;
