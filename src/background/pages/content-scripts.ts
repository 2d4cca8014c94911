import { browser } from '../../platform/api/browser.ts';
import { patternsOf } from '../../platform/patterns.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { mayNotify } from '../state/desktop.ts';
import { frontendsOf, isGranted, readSites } from './sites.ts';

interface Script {
	id: string;
	js: string[];
	world: 'ISOLATED' | 'MAIN';
	matches: string[];
	/** also in documents that a page of the site makes itself, which have its origin and an address of their own (`blob:`) */
	matchOriginAsFallback: true;
}

/**
 * The names of what pages of a site run that is known as these web chats: what is made for them alone, where this version has that.
 * @param takesNotices the tap takes over their notifications of anonymous messages
 */
function scriptNames(ids: Set<string>, takesNotices: boolean): [content: string, tap: string] {
	const networks = new Set([...ids].map((id) => (Object.hasOwn(__FRONTENDS__, id) ? __FRONTENDS__[id] : '')));
	const [network] = networks;
	const more = takesNotices ? '-notices' : '';
	if (networks.size > 1 || !network) return ['content', `tap${more}`];
	return [ids.size > 1 ? 'content' : `content-${[...ids][0]}`, `tap-${network}${more}`];
}

/**
 * The scripts of these sites. A page runs content.js with the one frontend that its site is known as, and with all where that is more than
 * one, or one that this version does not have; and tap.js likewise with its network. A pattern names no port, so sites that differ in it alone
 * run the same.
 * The ids sort as the scripts must run: within one call Chromium goes by id, and the isolated script must be first, so that the first
 * handshake that it hears is the tap's.
 */
function scriptsFor(sites: Map<string, string[]>, takesNotices: boolean): Script[] {
	const byPattern = new Map<string, Set<string>>();
	for (const [origin, ids] of sites) {
		const pattern = patternsOf(origin)[0] as string;
		byPattern.set(pattern, new Set([...(byPattern.get(pattern) ?? []), ...ids]));
	}
	const scripts: Record<string, Script> = {};
	for (const [pattern, ids] of [...byPattern].sort())
		for (const [at, name] of scriptNames(ids, takesNotices).entries()) {
			const id = `bauta-${at + 1}-${name}`;
			scripts[id] ??= { id, js: [`${name}.js`], world: at ? 'MAIN' : 'ISOLATED', matches: [], matchOriginAsFallback: true };
			scripts[id].matches.push(pattern);
		}
	return Object.values(scripts).sort((one, other) => (one.id < other.id ? -1 : 1));
}

const registrations = new SerialQueue();

/**
 * Registers the content scripts for exactly the sites that are enabled and granted: recomputed from state, never patched. Calls run one after
 * another, because the browser's permission event and the popup both report the same click. What is registered as it should be is left
 * alone: a page that loaded while it was removed and added again would be without Bauta.
 */
export function registerScripts(): Promise<void> {
	return registrations.run(registerNow);
}

/**
 * Whether every page that is loaded from now on has its notifications of anonymous messages taken over. A grant that this browser has told nobody
 * of yet is seen to: who hears that it is so loads the page anew at once.
 */
export const takesNotices = (): Promise<boolean> =>
	registrations.run(async () => {
		const mayTake = await mayNotify();
		if (mayTake) await registerNow();
		return mayTake;
	});

/** What tells whether a script stands as it should: the files follow from the id, and each browser writes them its own way. */
const keyOf = ({ id, matches, matchOriginAsFallback }: { id: string; matches?: string[]; matchOriginAsFallback?: boolean }): string =>
	JSON.stringify([id, [...(matches ?? [])].sort(), matchOriginAsFallback]);

async function registerNow(): Promise<void> {
	const sites = new Map<string, string[]>();
	for (const [origin, site] of Object.entries(await readSites())) if (await isGranted(origin)) sites.set(origin, frontendsOf(site));
	const scripts = scriptsFor(sites, await mayNotify());
	const right = new Set(scripts.map(keyOf));
	const before = await browser.scripting.getRegisteredContentScripts();
	if (before.length === scripts.length && before.every((script) => right.has(keyOf(script)))) return;
	if (before.length > 0) await browser.scripting.unregisterContentScripts({ ids: before.map((script) => script.id) });
	for (const script of scripts)
		await browser.scripting.registerContentScripts([{ ...script, runAt: 'document_start', persistAcrossSessions: true }]);
}
