import type { SiteState } from '../../messages/popup.ts';
import { browser } from '../../platform/api/browser.ts';
import { patternsOf } from '../../platform/patterns.ts';
import { caughtAt } from '../state/caught-sites.ts';
import { readTab } from '../state/tabs.ts';
import { registerScripts } from './content-scripts.ts';
import type { Detection, FrontendName } from './detect.ts';
import { furtherHosts } from './further-hosts.ts';
import { changeSites, frontendsOf, isGranted, nameOf, readSites } from './sites.ts';

/** Tabs of this origin that run without Bauta's scripts, as they were open before it was enabled. */
async function needsReload(origin: string): Promise<number[]> {
	const open = await browser.tabs.query({ url: patternsOf(origin)[0] as string });
	const ids: number[] = [];
	for (const { id, url } of open)
		if (id !== undefined && url && new URL(url).origin === origin && (await readTab(id))?.origin !== origin) ids.push(id);
	return ids;
}

/** Loads every tab of this origin anew that runs without Bauta's scripts. */
export async function reloadTabs(origin: string): Promise<void> {
	for (const id of await needsReload(origin)) await browser.tabs.reload(id);
}

/** An enabled site turns out to be another web chat as well: its pages run that one's frontend from the next load on. */
async function noteFrontend(origin: string, frontend: FrontendName | null): Promise<void> {
	if (!frontend) return;
	await changeSites((sites) => {
		const site = sites[origin];
		if (site && !frontendsOf(site).includes(frontend.id)) site.others = [...(site.others ?? []), frontend.id];
	});
	await registerScripts();
}

/**
 * What the popup shows of the page in a tab.
 * @param rooms as the popup shows them, where the site is enabled
 * @param detect looks which web chat the page is, and which stands in a frame of it, where Bauta does not run in the page
 */
export async function siteState(
	tabId: number,
	rooms: (SiteState & { state: 'enabled' })['rooms'],
	detect: () => Promise<Detection>,
): Promise<SiteState> {
	const { url } = await browser.tabs.get(tabId).catch(() => ({ url: undefined })); // closed meanwhile
	if (!url || !/^https?:/.test(url)) return { state: 'unsupported' };
	const { origin } = new URL(url);
	const site = (await readSites())[origin];
	if (site && (await isGranted(origin))) {
		const runs = !(await needsReload(origin)).includes(tabId);
		const { page, frame } = runs ? { page: null, frame: null } : await detect();
		await noteFrontend(origin, page);
		return {
			state: 'enabled',
			origin,
			frontend: site.frontend,
			name: nameOf(site),
			hosts: await furtherHosts(tabId, origin),
			// a page that is no chat itself is none after it is loaded anew either
			reload: page !== null,
			...(!page && frame && { frame }),
			rooms,
			caught: await caughtAt(origin),
		};
	}
	const { page, frame } = await detect();
	if (page) return { state: 'found', origin, frontend: page.id, name: page.name, hosts: [] };
	return { state: 'none', origin, ...(frame && { frame }) };
}
