import type { ContentEvents } from '../../messages/content.ts';
import { BautaError } from '../../messages/errors.ts';
import type { Network, ReplyTarget, RoomRef } from '../../messages/rooms.ts';
import type { Hints, NetworkJson } from '../../networks/network.ts';
import { browser } from '../../platform/api/browser.ts';
import { SessionValue } from './session-value.ts';
import { endWriting } from './writing.ts';

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
	/** addresses of rooms that the user writes to beside the page; counts while the switch is on */
	beside: string[];
	/** addresses of rooms that came back closed, as Anonymous was left on in them: nothing is sent there until the user chooses */
	held: string[];
	/** addresses of rooms that the page has shown, the last one at the end: only of these it may ask, and only at first sight one is held */
	shown: string[];
	/** what the next message answers, by the room's address, the beginning of what the page showed of it, and the author as it showed them */
	replies: Record<string, { target: ReplyTarget; text: string; author?: string }>;
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

/** Whether the page's own composer is closed in a room, so that the account cannot write there. */
export const isRoomClosed = (tab: Tab | undefined, address: string): boolean =>
	tab !== undefined && (tab.on.includes(address) || tab.held.includes(address));

/**
 * A page said hello. A reload keeps the switches that were on; another site starts afresh.
 * @param heldRooms addresses of rooms that come back closed in a tab that is new to the site
 */
export async function helloTab(id: number, origin: string, frontend: string, network: Network, heldRooms: string[] = []): Promise<Tab> {
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
			beside: earlier?.beside ?? [],
			held: earlier?.held ?? [...heldRooms],
			shown: earlier?.shown ?? [],
			replies: {},
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

/** New ids of tabs by their old ones. Chromium gives a tab another id when it puts the tab to sleep (`tabs.onReplaced`). */
const replacements = new SessionValue<Record<number, number>>('replaced-tabs', {});

/** The id that a tab has now. `id`: one that it has or had. */
export async function currentTabId(id: number): Promise<number> {
	return (await replacements.get())[id] ?? id;
}

/** A tab has another id from now on: all that is known of it goes along. */
export async function replaceTab(id: number, before: number): Promise<void> {
	await tabs.update((all) => {
		const [known, early] = [all[before], all[id]];
		if (!known) return;
		// the page may have said hello under the new id before the browser told of it
		if (!early) all[id] = known;
		else if (early.origin === known.origin)
			for (const list of ['on', 'beside', 'held', 'shown'] as const) early[list] = [...new Set([...early[list], ...known[list]])];
		delete all[before];
	});
	await replacements.update((all) => {
		for (const [old, current] of Object.entries(all)) if (current === before) all[Number(old)] = id;
		all[before] = id;
		// a browser that runs for weeks: the oldest are asked for no more
		for (const old of Object.keys(all).slice(0, -500)) delete all[Number(old)];
	});
}

/** Forgets a tab that was closed, or left the web chat. */
export async function forgetTab(id: number): Promise<void> {
	await endWriting(id);
	await tabs.update((all) => {
		delete all[id];
	});
}

/** Whether the page in a tab shows this room right now. False where nobody answers. */
export async function showsRoom(id: number, room: RoomRef): Promise<boolean> {
	try {
		return (await browser.tabs.sendMessage(id, { event: 'shown', body: { room } }, { frameId: 0 })) === true;
	} catch {
		return false;
	}
}

/** Sends to the content script of a tab; a tab that is gone or reloading is no fault. */
export async function tellTab<N extends keyof ContentEvents>(id: number, event: N, body: ContentEvents[N]): Promise<void> {
	try {
		await browser.tabs.sendMessage(id, { event, body }, { frameId: 0 });
	} catch {
		// it asks again when it is back
	}
}
