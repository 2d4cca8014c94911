import type { ContentEvents } from '../../messages/content.ts';
import { BautaError } from '../../messages/errors.ts';
import type { Network, ReplyTarget, RoomRef } from '../../messages/rooms.ts';
import type { Hints, NetworkJson } from '../../networks/network.ts';
import { browser } from '../../platform/api/browser.ts';
import { SessionValue } from './session-value.ts';

/** What the background knows of one tab with an enabled web chat in it. Nothing of it is on disk. */
export interface Tab {
	origin: string;
	frontend: string;
	network: Network;
	hints: Hints;
	topics: Record<string, string>;
	/** the account's own nick, by canonical room id */
	nicks: Record<string, string>;
	/** what the page gave away about the route to one room, by canonical room id */
	roomHints: Record<string, NetworkJson>;
	/** rooms now open on the page */
	rooms: RoomRef[];
	/** addresses of rooms whose switch is on */
	on: string[];
	replies: Record<string, ReplyTarget>;
	/** addresses of rooms whose composer was tampered with */
	tampered: string[];
}

const tabs = new SessionValue<Record<number, Tab>>('tabs', {});

/** What is known of a tab, by the browser's id. The caller does not change it. */
export async function readTab(id: number): Promise<Tab | undefined> {
	return (await tabs.get())[id];
}

/** What is known of the page that asks. Throws `site-unknown` where another one is in its tab by now. */
export async function requireTab({ tab, origin }: { tab: number; origin: string }): Promise<Tab> {
	const page = await readTab(tab);
	if (page?.origin !== origin) throw new BautaError('site-unknown', origin);
	return page;
}

/** Every tab with an enabled web chat, by the browser's id. */
export async function allTabs(): Promise<[number, Tab][]> {
	return Object.entries(await tabs.get()).map(([id, tab]) => [Number(id), tab]);
}

/** A page said hello. A reload keeps the switches that were on; another site starts afresh. */
export async function helloTab(id: number, origin: string, frontend: string, network: Network): Promise<Tab> {
	return tabs.update((all) => {
		const before = all[id];
		const earlier = before?.origin === origin && before.network === network ? before : undefined;
		const tab: Tab = {
			origin,
			frontend,
			network,
			hints: earlier?.hints ?? { origin },
			topics: earlier?.topics ?? {},
			nicks: earlier?.nicks ?? {},
			roomHints: earlier?.roomHints ?? {},
			rooms: [],
			on: earlier?.on ?? [],
			replies: {},
			tampered: [],
		};
		all[id] = tab;
		return tab;
	});
}

/** Changes what is known of a tab, in place; undefined where nothing is known of it. */
export async function changeTab<R>(id: number, change: (tab: Tab) => R): Promise<R | undefined> {
	return tabs.update((all) => {
		const tab = all[id];
		return tab ? change(tab) : undefined;
	});
}

/** Forgets a tab that was closed, or left the web chat. */
export async function forgetTab(id: number): Promise<void> {
	await tabs.update((all) => {
		delete all[id];
	});
}

/** Sends to the content script of a tab; a tab that is gone or reloading is no fault. */
export async function tellTab<N extends keyof ContentEvents>(id: number, event: N, body: ContentEvents[N]): Promise<void> {
	try {
		await browser.tabs.sendMessage(id, { event, body }, { frameId: 0 });
	} catch {
		// it asks again when it is back
	}
}
