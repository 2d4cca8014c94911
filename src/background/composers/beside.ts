import type { RoomRef, Theme } from '../../messages/rooms.ts';
import { clearSidebar, enablePanel, openPanelInTurn, showTicket, usesSidebar } from '../../platform/beside.ts';
import { onRoomChange } from '../pages/room-state.ts';
import type { Sender } from '../router/router.ts';
import { isCareful } from '../state/care.ts';
import { SessionValue } from '../state/session-value.ts';
import { allTabs, changeTab, isRoomClosed, readTab } from '../state/tabs.ts';
import { draftOf } from './drafts.ts';
import { type Binding, forgetComposers, issueTicket } from './tickets.ts';

/** By tab: the room that is written to beside it, and in Firefox the window of its composer. */
const besideTabs = new SessionValue<Record<number, { address: string; window: number | null }>>('beside', {});

/**
 * Opens the place beside the page in the turn in which a page's request was heard (platform/beside.ts). Whether the user is careful cannot be
 * asked in so short a time: then the panel is enabled since the page was loaded, and otherwise it does not open.
 */
export function openInTurn(to: string, body: unknown, tab: number): void {
	const { on, beside } = (body ?? {}) as { on?: unknown; beside?: unknown };
	if (to === 'content.beside' || (to === 'content.switch' && on === true)) openPanelInTurn(tab, to === 'content.beside' || beside === true);
}

/** Has the user write to this room beside its page, bound to tab and room by a ticket. */
export async function writeBeside(sender: Sender, room: RoomRef, theme: Theme): Promise<void> {
	const { tab } = sender;
	await changeTab(tab, (page) => {
		page.beside = [...page.beside.filter((address) => address !== room.address), room.address];
	});
	const ticket = await issueTicket(sender, room, theme, (await usesSidebar(tab)) ? 'sidebar' : 'beside');
	const before = (await besideTabs.get())[tab];
	const window = await showTicket(tab, ticket, before?.window ?? null);
	await besideTabs.update((all) => {
		all[tab] = { address: room.address, window };
	});
}

/** A page was loaded: in Chromium the panel can be opened there by the switch, if the user is careful. */
export async function preparePanel(tab: number): Promise<void> {
	if (!(tab in (await besideTabs.get()))) await enablePanel(tab, await isCareful());
}

/** Closes what stands beside a tab. A window of Firefox stays, and says that nothing is sent from there. */
async function endBeside(tab: number): Promise<void> {
	await forgetBeside(tab);
	await enablePanel(tab, false);
	await clearSidebar(tab);
	if (await readTab(tab)) await preparePanel(tab);
}

/** The tab left the room: what stands beside it is closed, unless a text is in it, which is kept in sight. */
export async function leaveBeside(binding: Binding): Promise<void> {
	if (!(await draftOf(binding))) await endBeside(binding.tab);
}

/** A tab was closed, and its panel with it. */
export async function forgetBeside(tab: number): Promise<void> {
	await besideTabs.update((all) => {
		delete all[tab];
	});
}

/** A tab has another id. */
export async function moveBeside(id: number, before: number): Promise<void> {
	await besideTabs.update((all) => {
		if (all[before]) all[id] = all[before];
		delete all[before];
	});
}

/** The user has chosen anew how careful to be: no composer stays in a page if they are careful now. */
export async function careChanged(): Promise<void> {
	const careful = await isCareful();
	for (const [tab] of await allTabs()) {
		if (careful) await forgetComposers(tab);
		await preparePanel(tab);
	}
}

/** Closes what stands beside a tab when the switch of its room is turned off. */
export function followSwitches(): void {
	onRoomChange((tab, room) => {
		void Promise.all([besideTabs.get(), readTab(tab)]).then(([all, page]) => {
			if (all[tab]?.address === room.address && !isRoomClosed(page, room.address)) void endBeside(tab);
		});
	});
}
