import browser from 'webextension-polyfill';
import { BautaError } from '../../messages/errors.ts';
import { hostsGranted } from '../../platform/channel.ts';
import { patternsOf } from '../../platform/patterns.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';

/**
 * Enabled sites by origin, each with the further hosts that it uses and that are granted (absent in what earlier versions stored): on disk
 * in the clear, as the browser's own list of permissions is (THREATS.md S1).
 */
export type Sites = Record<string, { frontend: string; hosts?: string[] }>;

export async function readSites(): Promise<Sites> {
	return ((await browser.storage.local.get('sites')).sites as Sites | undefined) ?? {};
}

const changes = new SerialQueue();
/** One change after the other: a site that is disabled meanwhile must not be written back. */
export function changeSites<R>(change: (sites: Sites) => R): Promise<R> {
	return changes.run(async () => {
		const sites = await readSites();
		const before = JSON.stringify(sites);
		const result = change(sites);
		if (JSON.stringify(sites) !== before) await browser.storage.local.set({ sites });
		return result;
	});
}

/** Notes hosts with an enabled site that uses them, but for its own, which may have other ports. */
export function noteHosts(sites: Sites, origin: string, hosts: string[]): void {
	const site = sites[origin];
	const others = hosts.filter((host) => !patternsOf(origin).includes(patternsOf(host)[0] as string));
	if (site && others.length > 0) site.hosts = [...new Set([...(site.hosts ?? []), ...others])];
}

/** Whether the browser lets Bauta reach this origin. */
export const isGranted = (origin: string): Promise<boolean> => hostsGranted(patternsOf(origin));

/** Those of these hosts that the browser lets Bauta reach. */
export async function grantedAmong(hosts: Iterable<string>): Promise<string[]> {
	const granted: string[] = [];
	for (const host of hosts) if (await isGranted(host)) granted.push(host);
	return granted;
}

/** Whether a page of this origin may speak as an enabled web chat. Throws `site-unknown`. */
export async function requireEnabled(origin: string): Promise<void> {
	if (!(await readSites())[origin]) throw new BautaError('site-unknown', origin);
}

/** Every enabled site, with the id of its frontend. */
export async function enabledSites(): Promise<{ origin: string; frontend: string }[]> {
	return Object.entries(await readSites()).map(([origin, { frontend }]) => ({ origin, frontend }));
}
