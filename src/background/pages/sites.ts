import browser from 'webextension-polyfill';
import { BautaError } from '../../messages/errors.ts';
import type { SiteState } from '../../messages/popup.ts';
import { channelHasFrame, hostsGranted } from '../../platform/channel.ts';
import { patternsOf } from '../../platform/patterns.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { networkOf } from '../access/adapters.ts';
import { hostsChanged, hostsWanted } from '../access/room-access.ts';
import { SessionValue } from '../state/session-value.ts';
import { allTabs, forgetTab, readTab, type Tab, tellTab } from '../state/tabs.ts';
import { showIcon } from './icon.ts';

/**
 * Enabled sites by origin, each with the further hosts that it uses and that are granted (absent in what was stored before they were
 * kept): on disk in the clear, as the browser's own list of permissions is (THREATS.md S1).
 */
type Sites = Record<string, { frontend: string; hosts?: string[] }>;
const wanted = new SessionValue<Record<string, { frontend: string; hosts: string[] }>>('wanted', {});

/** Ids that sort as they must run: within one call Chromium goes by id, and the isolated script must be first (notes on the tap). */
const scripts = [
	{ id: 'bauta-1-content', js: ['content.js'], world: 'ISOLATED' as const },
	{ id: 'bauta-2-tap', js: ['tap.js'], world: 'MAIN' as const },
];

async function readSites(): Promise<Sites> {
	return ((await browser.storage.local.get('sites')).sites as Sites | undefined) ?? {};
}
const siteChanges = new SerialQueue();
/** One change after the other: a site that is disabled meanwhile must not be written back. */
function changeSites<R>(change: (sites: Sites) => R): Promise<R> {
	return siteChanges.run(async () => {
		const sites = await readSites();
		const before = JSON.stringify(sites);
		const result = change(sites);
		if (JSON.stringify(sites) !== before) await browser.storage.local.set({ sites });
		return result;
	});
}

const isGranted = (origin: string): Promise<boolean> => hostsGranted(patternsOf(origin));
async function grantedOf(hosts: Iterable<string>): Promise<string[]> {
	const all: string[] = [];
	for (const host of hosts) if (await isGranted(host)) all.push(host);
	return all;
}

/** Notes hosts with an enabled site that uses them, but for its own, which may have other ports. */
function keepHosts(sites: Sites, origin: string, hosts: string[]): void {
	const site = sites[origin];
	const others = hosts.filter((host) => !patternsOf(origin).includes(patternsOf(host)[0] as string));
	if (site && others.length > 0) site.hosts = [...new Set([...(site.hosts ?? []), ...others])];
}

const registrations = new SerialQueue();

/**
 * Registers the content scripts for exactly the sites that are enabled and granted: recomputed from state, never patched. One after
 * another, as permission and popup tell of the same click; and what stands as it should is let stand, as a page loaded in between would be
 * without Bauta.
 */
export function register(): Promise<void> {
	return registrations.run(registerNow);
}

async function registerNow(): Promise<void> {
	const origins = new Set<string>();
	for (const origin of Object.keys(await readSites())) if (await isGranted(origin)) origins.add(patternsOf(origin)[0] as string);
	const matches = [...origins].sort();
	const ids = scripts.map((script) => script.id);
	const registered = await browser.scripting.getRegisteredContentScripts({ ids });
	const stands = (each: { matches?: string[] }) => JSON.stringify([...(each.matches ?? [])].sort()) === JSON.stringify(matches);
	if (registered.length === (matches.length > 0 ? scripts.length : 0) && registered.every(stands)) return;
	if (registered.length > 0) await browser.scripting.unregisterContentScripts({ ids: registered.map((script) => script.id) });
	if (matches.length === 0) return;
	for (const script of scripts)
		await browser.scripting.registerContentScripts([{ ...script, matches, runAt: 'document_start', persistAcrossSessions: true }]);
}

/** The popup is about to ask for these hosts; `permissions.onAdded` finds here what they are for. */
export async function want(origin: string, frontend: string, hosts: string[]): Promise<void> {
	await wanted.update((all) => {
		all[origin] = { frontend, hosts };
	});
}

/** Enables a wanted site if its permission is there. May be called twice; the second time changes nothing. */
export async function granted(origin: string): Promise<void> {
	const asked = (await wanted.get())[origin];
	if (asked && (await isGranted(origin))) {
		const hosts = await grantedOf(asked.hosts);
		await changeSites((sites) => {
			sites[origin] ??= { frontend: asked.frontend };
			keepHosts(sites, origin, hosts);
		});
	}
	await register();
	await hostsChanged();
}

/** Some host permission came: whatever was wanted and is granted now gets enabled. */
export async function permissionsAdded(): Promise<void> {
	for (const origin of Object.keys(await wanted.get())) await granted(origin);
}

/** Ends Bauta in a page whose site is not enabled any more: what is known of the tab goes, and its icon says so. */
async function stopTab(id: number): Promise<void> {
	await tellTab(id, 'stop', {});
	await forgetTab(id);
	await showIcon(id);
}

/** Match patterns of all that the enabled sites need. */
async function patternsInUse(): Promise<Set<string>> {
	const sites = await readSites();
	const needed = Object.entries(sites).flatMap(([origin, { hosts = [] }]) => [origin, ...hosts]);
	for (const [, tab] of await allTabs()) if (sites[tab.origin]) needed.push(...(await hostsOf(tab)));
	return new Set(needed.flatMap(patternsOf));
}

/** Disables a site: its scripts and permissions go, also those of its further hosts. Hosts that another enabled site needs stay. */
export async function disable(origin: string): Promise<void> {
	const hosts = await changeSites((sites) => {
		const further = sites[origin]?.hosts ?? [];
		delete sites[origin];
		return further;
	});
	await wanted.update((all) => {
		delete all[origin];
	});
	await register();
	for (const [id, tab] of await allTabs()) if (tab.origin === origin) await stopTab(id);
	const inUse = await patternsInUse();
	const origins = [...new Set([origin, ...hosts].flatMap(patternsOf))].filter((pattern) => !inUse.has(pattern));
	if (origins.length > 0) await browser.permissions.remove({ origins });
}

/** A permission was taken away, by the user in the browser's own page or by `disable`. */
export async function permissionsRemoved(): Promise<void> {
	await register();
	const sites = await readSites();
	for (const [id, tab] of await allTabs()) if (sites[tab.origin] && !(await isGranted(tab.origin))) await stopTab(id);
}

/** Whether a page of this origin may speak as an enabled web chat. Throws `site-unknown`. */
export async function requireEnabled(origin: string): Promise<void> {
	if (!(await readSites())[origin]) throw new BautaError('site-unknown', origin);
}

export async function enabledSites(): Promise<{ origin: string; frontend: string }[]> {
	return Object.entries(await readSites()).map(([origin, { frontend }]) => ({ origin, frontend }));
}

/** Tabs of this origin that run without Bauta's scripts, as they were open before it was enabled. */
async function needsReload(origin: string): Promise<number[]> {
	const open = await browser.tabs.query({ url: patternsOf(origin)[0] as string });
	const ids: number[] = [];
	for (const { id, url } of open)
		if (id !== undefined && url && new URL(url).origin === origin && (await readTab(id))?.origin !== origin) ids.push(id);
	return ids;
}

export async function reloadTabs(origin: string): Promise<void> {
	for (const id of await needsReload(origin)) await browser.tabs.reload(id);
}

/** Hosts other than the page's own that a tab's web chat needs. */
async function hostsOf(tab: Tab): Promise<Set<string>> {
	const hints = { ...tab.hints, relays: Object.values(tab.relays).flat() };
	// a relay is reached without leave in Chromium, from the sandbox; Firefox has none
	const named = tab.network === 'nostr' && channelHasFrame ? [] : networkOf(tab.network).hosts(hints);
	return new Set([...named, ...(await hostsWanted(tab.rooms))]);
}

/** Those that are not allowed yet. The others are noted with the site: they may have been allowed for another one, and serve this one, too. */
async function furtherHosts(tabId: number, origin: string): Promise<string[]> {
	const tab = await readTab(tabId);
	if (tab?.origin !== origin) return [];
	const needed = await hostsOf(tab);
	const allowed = await grantedOf(needed);
	await changeSites((sites) => keepHosts(sites, origin, allowed));
	return [...needed].filter((host) => !allowed.includes(host));
}

/** What the popup shows of the page in a tab. `look` runs the probe script there (needs the click's activeTab). */
export async function siteState(
	tabId: number,
	rooms: (SiteState & { state: 'enabled' })['rooms'],
	frontend: () => Promise<string | null>,
): Promise<SiteState> {
	const { url } = await browser.tabs.get(tabId);
	if (!url || !/^https?:/.test(url)) return { state: 'unsupported' };
	const { origin } = new URL(url);
	const site = (await readSites())[origin];
	if (site && (await isGranted(origin)))
		return {
			state: 'enabled',
			origin,
			frontend: site.frontend,
			hosts: await furtherHosts(tabId, origin),
			reload: (await needsReload(origin)).includes(tabId),
			rooms,
		};
	const found = await frontend();
	return found ? { state: 'found', origin, frontend: found, hosts: [] } : { state: 'none', origin };
}
