import { browser } from '../../platform/api/browser.ts';
import { patternsOf } from '../../platform/patterns.ts';
import { forgetMissingHosts } from '../access/probe-results.ts';
import { mayNotify } from '../state/desktop.ts';
import { SessionValue } from '../state/session-value.ts';
import { allTabs, forgetTab, tellTab } from '../state/tabs.ts';
import { registerScripts } from './content-scripts.ts';
import type { FrontendName } from './detect.ts';
import { patternsInUse } from './further-hosts.ts';
import { showIcon } from './icon.ts';
import { forgetRoomsLeftOn } from './rooms-left-on.ts';
import { changeSites, grantedAmong, isGranted, noteHosts, readSites } from './sites.ts';

/** By origin: what the user was asked to allow, and for which web chat. */
const requests = new SessionValue<Record<string, { frontend: FrontendName; hosts: string[] }>>('wanted', {});

/** The popup is about to ask for these hosts; `permissions.onAdded` finds here what they are for. */
export async function noteRequest(origin: string, frontend: FrontendName, hosts: string[]): Promise<void> {
	await requests.update((all) => {
		all[origin] = { frontend, hosts };
	});
}

/** Enables a site that was asked for, if its permission is there. May be called twice; the second time changes nothing. */
export async function enableIfGranted(origin: string): Promise<void> {
	const request = (await requests.get())[origin];
	if (request && (await isGranted(origin))) {
		const hosts = await grantedAmong(request.hosts);
		await changeSites((sites) => {
			sites[origin] ??= { frontend: request.frontend.id };
			sites[origin].name = request.frontend.name;
			noteHosts(sites, origin, hosts);
		});
	}
	await registerScripts();
	await forgetMissingHosts();
}

/** Some host permission came: whatever was asked for and is granted now gets enabled. */
export async function permissionsAdded(): Promise<void> {
	for (const origin of Object.keys(await requests.get())) await enableIfGranted(origin);
	// the one for notifications is no site's, and adds to what the pages of each run
	await registerScripts();
}

/** Ends Bauta in a page whose site is not enabled any more: what is known of the tab goes, and its icon says so. */
async function stopTab(id: number): Promise<void> {
	await tellTab(id, 'stop', {});
	await forgetTab(id);
	await showIcon(id);
}

/** Disables a site: its scripts and permissions go, also those of its further hosts. Hosts that another enabled site needs stay. */
export async function disableSite(origin: string): Promise<void> {
	const hosts = await changeSites((sites) => {
		const further = sites[origin]?.hosts ?? [];
		delete sites[origin];
		return further;
	});
	await requests.update((all) => {
		delete all[origin];
	});
	await registerScripts();
	await forgetRoomsLeftOn(origin);
	for (const [id, tab] of await allTabs()) if (tab.origin === origin) await stopTab(id);
	const inUse = await patternsInUse();
	const origins = [...new Set([origin, ...hosts].flatMap(patternsOf))].filter((pattern) => !inUse.has(pattern));
	if (origins.length > 0) await browser.permissions.remove({ origins });
}

/** A permission was taken away, by the user in the browser's own page or by `disableSite`. */
export async function permissionsRemoved(): Promise<void> {
	await registerScripts();
	if (!(await mayNotify())) for (const [id] of await allTabs()) await tellTab(id, 'unring', {});
	const sites = await readSites();
	for (const [id, tab] of await allTabs()) if (sites[tab.origin] && !(await isGranted(tab.origin))) await stopTab(id);
}
