import { BautaError } from '../../messages/errors.ts';
import { hostsGranted } from '../../platform/channel.ts';
import { localArea } from '../../platform/local-area.ts';
import { patternsOf } from '../../platform/patterns.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';

interface Site {
	/** the id of its frontend, as it was enabled */
	frontend: string;
	/** other web chats that it was found to be as well */
	others?: string[];
	/** what people call the web chat, as its frontend says */
	name?: string;
	/** further hosts that it uses and that are granted */
	hosts?: string[];
	/** Anonymous is on in some room of it, or was when the room's tab went; which room is told by an encrypted record (rooms-left-on.ts) */
	leftOn?: 'recorded' | 'unrecorded';
}

/**
 * Enabled sites by origin: on disk in the clear, as the browser's own list of permissions is (THREATS.md S1). Names and hosts are absent in
 * what earlier versions stored.
 */
export type Sites = Record<string, Site>;

/** Every enabled site, by origin. */
export async function readSites(): Promise<Sites> {
	return ((await localArea().get('sites')).sites as Sites | undefined) ?? {};
}

const changes = new SerialQueue();
/** One change after the other: a site that is disabled meanwhile must not be written back. */
export function changeSites<R>(change: (sites: Sites) => R): Promise<R> {
	return changes.run(async () => {
		const sites = await readSites();
		const before = JSON.stringify(sites);
		const result = change(sites);
		if (JSON.stringify(sites) !== before) await localArea().set({ sites });
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

/** What people call the web chat of a site; its frontend's id where the site was stored before names were. */
export const nameOf = (site: Site): string => site.name ?? site.frontend;

/** The ids of all web chats that a site is known as. */
export const frontendsOf = (site: Site): string[] => [site.frontend, ...(site.others ?? [])];

/** Every enabled site, with the name of its web chat. */
export async function enabledSites(): Promise<{ origin: string; name: string }[]> {
	return Object.entries(await readSites()).map(([origin, site]) => ({ origin, name: nameOf(site) }));
}
