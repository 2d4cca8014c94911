import browser from 'webextension-polyfill';
import type { SiteState } from '../messages.ts';
import { channelHasFrame, hostsGranted } from '../platform/channel.ts';
import { BautaError } from '../platform/error.ts';
import { patternsOf } from '../platform/patterns.ts';
import { hostsChanged, hostsWanted } from './access.ts';
import { networkOf } from './networks.ts';
import { SessionValue } from './session-store.ts';
import { allTabs, readTab, tellTab } from './tabs.ts';

/** Enabled sites by origin: on disk in the clear, as the browser's own list of permissions is (LEAKS S1). */
type Sites = Record<string, { frontend: string }>;
const wanted = new SessionValue<Record<string, { frontend: string; hosts: string[] }>>('wanted', {});

/** Ids that sort as they must run: within one call Chromium goes by id, and the isolated script must be first (notes on the tap). */
const scripts = [
	{ id: 'bauta-1-content', js: ['content.js'], world: 'ISOLATED' as const },
	{ id: 'bauta-2-tap', js: ['tap.js'], world: 'MAIN' as const },
];

async function readSites(): Promise<Sites> {
	return ((await browser.storage.local.get('sites')).sites as Sites | undefined) ?? {};
}
async function writeSites(sites: Sites): Promise<void> {
	await browser.storage.local.set({ sites });
}

const isGranted = (origin: string): Promise<boolean> => hostsGranted(patternsOf(origin));

let registering: Promise<void> = Promise.resolve();

/**
 * Registers the content scripts for exactly the sites that are enabled and granted: recomputed from state, never patched. One after
 * another, as permission and popup tell of the same click; and what stands as it should is let stand, as a page loaded in between would be
 * without Bauta.
 */
export function register(): Promise<void> {
	registering = registering.catch(() => {}).then(registerNow);
	return registering;
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
		const sites = await readSites();
		sites[origin] ??= { frontend: asked.frontend };
		await writeSites(sites);
	}
	await register();
	await hostsChanged();
}

/** Some host permission came: whatever was wanted and is granted now gets enabled. */
export async function permissionsAdded(): Promise<void> {
	for (const origin of Object.keys(await wanted.get())) await granted(origin);
}

/** Disables a site: scripts and permission go. Hosts that another enabled site needs stay. */
export async function disable(origin: string): Promise<void> {
	const sites = await readSites();
	delete sites[origin];
	await writeSites(sites);
	await wanted.update((all) => {
		delete all[origin];
	});
	await register();
	for (const [id, tab] of await allTabs()) if (tab.origin === origin) await tellTab(id, 'stop', {});
	const patterns = patternsOf(origin);
	const shared = Object.keys(sites).some((other) => patternsOf(other)[0] === patterns[0]);
	if (!shared) await browser.permissions.remove({ origins: patterns });
}

/** A permission was taken away, by the user in the browser's own page or by `disable`. */
export async function permissionsRemoved(): Promise<void> {
	await register();
	const sites = await readSites();
	for (const [id, tab] of await allTabs()) if (sites[tab.origin] && !(await isGranted(tab.origin))) await tellTab(id, 'stop', {});
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

/** Hosts other than the page's own that this tab's web chat needs and that are not allowed yet. */
async function furtherHosts(tabId: number): Promise<string[]> {
	const tab = await readTab(tabId);
	if (!tab) return [];
	const hints = { ...tab.hints, relays: Object.values(tab.relays).flat() };
	// a relay is reached without leave in Chromium, from the sandbox; Firefox has none
	const named = tab.network === 'nostr' && channelHasFrame ? [] : networkOf(tab.network).hosts(hints);
	const all = new Set([...named, ...(await hostsWanted(tab.rooms))]);
	const missing: string[] = [];
	for (const host of all) if (!(await isGranted(host))) missing.push(host);
	return missing;
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
			hosts: await furtherHosts(tabId),
			reload: (await needsReload(origin)).includes(tabId),
			rooms,
		};
	const found = await frontend();
	return found ? { state: 'found', origin, frontend: found, hosts: [] } : { state: 'none', origin };
}
