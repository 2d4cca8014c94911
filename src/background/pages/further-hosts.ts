import { patternsOf } from '../../platform/patterns.ts';
import { networkOf, roomIdOf } from '../access/adapters.ts';
import { hintsFor } from '../access/hints.ts';
import { missingHosts } from '../access/probe-results.ts';
import { allTabs, readTab, type Tab } from '../state/tabs.ts';
import { changeSites, grantedAmong, noteHosts, readSites } from './sites.ts';

/** Hosts other than the page's own that the rooms of a tab need. */
async function hostsOf(tabId: number, tab: Tab): Promise<Set<string>> {
	const traffic = await networkOf(tab.network).traffic();
	const ofRooms = tab.rooms.map(async (room) => traffic.hosts(roomIdOf(room), await hintsFor(tabId, room)));
	return new Set([...(await Promise.all(ofRooms)).flat(), ...(await missingHosts(tab.origin, tab.rooms))]);
}

/**
 * The hosts that the web chat in a tab needs and the browser does not let Bauta reach yet. The others are noted with the site: they may have
 * been allowed for another one, and serve this one, too.
 */
export async function furtherHosts(tabId: number, origin: string): Promise<string[]> {
	const tab = await readTab(tabId);
	if (tab?.origin !== origin) return [];
	const hosts = await hostsOf(tabId, tab);
	const granted = await grantedAmong(hosts);
	await changeSites((sites) => noteHosts(sites, origin, granted));
	return [...hosts].filter((host) => !granted.includes(host));
}

/** Match patterns of all that the enabled sites need. */
export async function patternsInUse(): Promise<Set<string>> {
	const sites = await readSites();
	const hosts = Object.entries(sites).flatMap(([origin, site]) => [origin, ...(site.hosts ?? [])]);
	for (const [id, tab] of await allTabs()) if (sites[tab.origin]) hosts.push(...(await hostsOf(id, tab)));
	return new Set(hosts.flatMap(patternsOf));
}
