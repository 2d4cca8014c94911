import { patternsOf } from '../../platform/patterns.ts';
import { networkOf } from '../access/adapters.ts';
import { missingHosts } from '../access/probe-results.ts';
import { allTabs, readTab, type Tab } from '../state/tabs.ts';
import { changeSites, grantedAmong, noteHosts, readSites } from './sites.ts';

/** Hosts other than the page's own that a tab's web chat needs. */
async function hostsOf(tab: Tab): Promise<Set<string>> {
	const traffic = await networkOf(tab.network).traffic();
	return new Set([...traffic.hosts(tab.hints, Object.values(tab.roomHints)), ...(await missingHosts(tab.origin, tab.rooms))]);
}

/**
 * The hosts that the web chat in a tab needs and the browser does not let Bauta reach yet. The others are noted with the site: they may have
 * been allowed for another one, and serve this one, too.
 */
export async function furtherHosts(tabId: number, origin: string): Promise<string[]> {
	const tab = await readTab(tabId);
	if (tab?.origin !== origin) return [];
	const hosts = await hostsOf(tab);
	const granted = await grantedAmong(hosts);
	await changeSites((sites) => noteHosts(sites, origin, granted));
	return [...hosts].filter((host) => !granted.includes(host));
}

/** Match patterns of all that the enabled sites need. */
export async function patternsInUse(): Promise<Set<string>> {
	const sites = await readSites();
	const hosts = Object.entries(sites).flatMap(([origin, site]) => [origin, ...(site.hosts ?? [])]);
	for (const [, tab] of await allTabs()) if (sites[tab.origin]) hosts.push(...(await hostsOf(tab)));
	return new Set(hosts.flatMap(patternsOf));
}
