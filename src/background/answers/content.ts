import type { ContentRequests } from '../../messages/content.ts';
import { BautaError } from '../../messages/errors.ts';
import { type PageWord, pageWords } from '../../messages/page-words.ts';
import { type LabelledMessage, type RoomRef, sameRoom } from '../../messages/rooms.ts';
import { browser } from '../../platform/api/browser.ts';
import { drawingsIn } from '../../platform/drawing/drawings.ts';
import { noticeRules } from '../../platform/drawing/notice-style.ts';
import { networkOf, roomIdOf } from '../access/adapters.ts';
import { forgetPassing } from '../access/probe-results.ts';
import { preparePanel, writeBeside } from '../composers/beside.ts';
import { tellTheft } from '../composers/open-composers.ts';
import { changeTheme, forgetComposers, issueTicket } from '../composers/tickets.ts';
import { showIcon } from '../pages/icon.ts';
import { scheduleRenewals } from '../pages/renewal-alarm.ts';
import { announceRoom, forgetTold, lookAtRoom, roomChanged, roomState, roomsChanged, tellHidden } from '../pages/room-state.ts';
import { requireEnabled } from '../pages/sites.ts';
import { closingFor, noteShown, turnSwitch } from '../pages/switches.ts';
import { notePageLoad } from '../recognition/page-loads.ts';
import type { Handlers, Sender } from '../router/router.ts';
import { isCareful } from '../state/care.ts';
import { catchSite, caughtAt, noteTheft } from '../state/caught-sites.ts';
import { mayNotify } from '../state/desktop.ts';
import { hideRoom } from '../state/document.ts';
import { changeTab, helloTab, isRoomClosed, readTab, requireTab, tellTab } from '../state/tabs.ts';
import { endWriting, isWritingAt } from '../state/writing.ts';

function isRoom(room: RoomRef): boolean {
	try {
		return roomIdOf(room).length > 0;
	} catch {
		return false;
	}
}

/** Notes the rooms that are open on the page and answers with their states. */
async function openRooms(rooms: RoomRef[], sender: Sender) {
	await requireTab(sender);
	const before = (await readTab(sender.tab))?.rooms ?? [];
	await noteShown(sender.tab, rooms.filter(isRoom));
	for (const room of [...before, ...rooms]) announceRoom(sender.tab, room);
	await showIcon(sender.tab);
	forgetTold(sender.tab);
	const states = await Promise.all(rooms.map((room) => roomState(sender.tab, room)));
	for (const room of rooms.filter(isRoom)) void lookAtRoom(sender.tab, room);
	void scheduleRenewals();
	// A switch may have been turned while other rooms were looked at. With its earlier position in the answer, content would open the room to
	// the account's own composer.
	const tab = await readTab(sender.tab);
	return { rooms: states.map((state) => ({ ...state, on: isRoomClosed(tab, state.room.address) })) };
}

/** How Bauta is drawn in a page, and what it says there, in the user's language. */
const surfaces = () => ({
	drawings: drawingsIn(browser.i18n.getMessage('content_mine_drawn')),
	words: Object.fromEntries(pageWords.map((key) => [key, browser.i18n.getMessage(key)])) as Record<PageWord, string>,
});

/** What content scripts ask. The tab and its origin come from the browser; a tab of a site that is not enabled gets nothing. */
export const contentAnswers: Pick<Handlers, keyof ContentRequests> = {
	async 'content.hello'({ frontend, network }, sender) {
		await requireEnabled(sender.origin);
		networkOf(network);
		await forgetComposers(sender.tab);
		forgetTold(sender.tab);
		// the words for a closed room tell people to load the page anew: then its server is asked again
		await forgetPassing(sender.origin, (await readTab(sender.tab))?.rooms ?? []);
		const { held, all } = await closingFor(sender.origin, network);
		const tab = await helloTab(sender.tab, sender.origin, frontend, network, held);
		await notePageLoad(sender.tab);
		await showIcon(sender.tab);
		await preparePanel(sender.tab);
		const rooms = [...tab.on, ...tab.held].map((address): RoomRef => ({ network, address }));
		const states = await Promise.all(rooms.map((room) => roomState(sender.tab, room)));
		return { rooms: states, closeAll: all, rings: await mayNotify(), ...surfaces() };
	},
	async 'content.start'(_, { origin }) {
		return { isWriting: await isWritingAt(origin), notice: noticeRules };
	},
	async 'content.left'(_, { tab }) {
		await endWriting(tab);
		return null;
	},
	async 'content.frames'(body, sender) {
		const { readFrames } = await import('./frames.ts');
		return readFrames(body, sender);
	},
	'content.rooms': ({ rooms }, sender) => openRooms(rooms, sender),
	async 'content.switch'({ room, on, theme, beside }, sender) {
		await requireTab(sender);
		await changeTab(sender.tab, (tab) => {
			tab.beside = tab.beside.filter((address) => address !== room.address);
		});
		await turnSwitch(sender.tab, room, on);
		if (on && (beside || (await isCareful()))) await writeBeside(sender, room, theme);
		return { room: await roomState(sender.tab, room) };
	},
	async 'content.composer'({ room, theme }, sender) {
		const tab = await requireTab(sender);
		// whoever is careful has no composer in a page, whatever the page asks for, and a site that was caught has none in any
		if (!isRoomClosed(tab, room.address) || (await isCareful()) || (await caughtAt(tab.origin))) throw new BautaError('not-allowed');
		return { ticket: await issueTicket(sender, room, theme, 'frame') };
	},
	async 'content.beside'({ room, theme }, sender) {
		const tab = await requireTab(sender);
		if (!isRoomClosed(tab, room.address)) throw new BautaError('not-allowed');
		await writeBeside(sender, room, theme);
		await roomChanged(sender.tab, room);
		return null;
	},
	async 'content.theme'({ room, theme }, sender) {
		await requireTab(sender);
		await changeTheme(sender.tab, room, theme);
		announceRoom(sender.tab, room);
		return null;
	},
	async 'content.reply'({ room, reply }, sender) {
		await requireTab(sender);
		const { noteReply } = await import('../composers/replies.ts');
		await noteReply(sender, room, reply);
		await roomChanged(sender.tab, room);
		return null;
	},
	async 'content.unlabelled'({ room, messages }, sender) {
		const { labelPage } = await import('../recognition/labels.ts');
		await requireTab(sender);
		const later = (labels: LabelledMessage[]) => {
			if (labels.length > 0) void tellTab(sender.tab, 'labels', { room, labels });
		};
		return { labels: await labelPage(sender, room, messages, later) };
	},
	async 'content.verdicts'({ room, handles }, sender) {
		const { verdictsOn } = await import('../recognition/labels.ts');
		await requireTab(sender);
		return { mine: await verdictsOn(sender, room, handles) };
	},
	async 'content.hide'({ room, hidden }, sender) {
		await requireTab(sender);
		await hideRoom(sender.origin, roomIdOf(room), hidden);
		await tellHidden(sender.origin, room, hidden);
		return null;
	},
	async 'content.tampered'({ how }, sender) {
		await requireTab(sender);
		await catchSite(sender.origin, how);
		await roomsChanged();
		return null;
	},
	async 'content.stolen'({ room }, sender) {
		await requireTab(sender);
		tellTheft(sender.tab, room);
		if (await noteTheft(sender.origin)) await roomsChanged();
		return null;
	},
	async 'content.blocked'({ room }, sender) {
		const tab = await requireTab(sender);
		if (tab.rooms.some((open) => sameRoom(open, room))) await roomChanged(sender.tab, room);
		return null;
	},
};
