import type { Tampering } from '../../messages/rooms.ts';
import { recentTimes } from '../../platform/steady-clock.ts';
import { SessionValue } from './session-value.ts';
import { steadyNow } from './steady-now.ts';

interface SiteConduct {
	/** when it took the keyboard lately, by `steadyNow` */
	thefts: number[];
	caught: Tampering | null;
}

/**
 * Sites whose pages did something to the composer, by origin: in memory alone, until the browser closes or the user lets them go. No page
 * and no tab of such a site gets a composer (THREATS.md P3, P7).
 */
const sites = new SessionValue<Record<string, SiteConduct>>('caught', {});
/** How often a site may take the keyboard from somebody who writes within this many ms: a page may open a dialog at a bad moment. */
const maxThefts = 2;
const theftPeriod = 600_000;
/** ms in which a page that pulls back and forth for the keyboard takes it once: on a slow machine a single dialog does */
const pullTime = 5000;

function siteIn(all: Record<string, SiteConduct>, origin: string): SiteConduct {
	const site = all[origin] ?? { thefts: [], caught: null };
	all[origin] = site;
	return site;
}

/** What a site was caught at, or null. */
export async function caughtAt(origin = ''): Promise<Tampering | null> {
	return (await sites.get())[origin]?.caught ?? null;
}

/** Notes what a site was caught at; the first thing counts. */
export async function catchSite(origin: string, how: Tampering): Promise<void> {
	await sites.update((all) => {
		const site = siteIn(all, origin);
		site.caught ??= how;
	});
}

/** Notes that a site took the keyboard. Whether it is caught by now. */
export async function noteTheft(origin: string): Promise<boolean> {
	const now = await steadyNow();
	return sites.update((all) => {
		const site = siteIn(all, origin);
		const thefts = recentTimes(site.thefts, theftPeriod, now);
		const last = thefts.at(-1);
		site.thefts = last !== undefined && now - last < pullTime ? thefts : [...thefts, now];
		if (site.thefts.length > maxThefts) site.caught ??= 'keyboard';
		return site.caught !== null;
	});
}

/** The user wants Bauta back in the pages of this site. */
export async function forgiveSite(origin: string): Promise<void> {
	await sites.update((all) => {
		delete all[origin];
	});
}
