import browser from 'webextension-polyfill';
import type { ContentRequests } from '../../messages/content.ts';
import { BautaError } from '../../messages/errors.ts';
import type { LabelledMessage, RoomRef } from '../../messages/rooms.ts';
import { forbidsAnonymous } from '../../networks/forbids-anonymous.ts';
import { networkOf, roomIdOf } from '../access/adapters.ts';
import { forgetPassing } from '../access/probe-results.ts';
import { forgetComposers, issueTicket } from '../composers/tickets.ts';
import { showIcon } from '../pages/icon.ts';
import { roomChanged, roomState, sameRoom } from '../pages/room-state.ts';
import { requireEnabled } from '../pages/sites.ts';
import { labelAll, labelNew, labelPage } from '../recognition/labels.ts';
import type { Handlers, Sender } from '../router/router.ts';
import { changeRoom } from '../state/document.ts';
import { noteUse, vaultKey } from '../state/lock.ts';
import { changeTab, helloTab, readTab, type Tab, tellTab } from '../state/tabs.ts';

/** A page tells of as many rooms as it likes, in memory that the key and the outbox share. */
const roomsKept = 100;
const topicKept = 1000;
const windowSize = { width: 440, height: 380 };

async function requireTab({ tab, origin }: Sender): Promise<Tab> {
	const known = await readTab(tab);
	if (known?.origin !== origin) throw new BautaError('site-unknown', origin);
	return known;
}

/** What the owner of a room may say in its topic counts, however long it is. */
function shortTopic(topic: string): string {
	if (topic.length <= topicKept) return topic;
	return topic.slice(0, topicKept) + (forbidsAnonymous(topic) ? ' no-anonymous' : '');
}

/** Takes over what is known of rooms; of too many those told of last stay. */
function keep<V>(known: Record<string, V>, told: Record<string, V>): void {
	for (const [room, value] of Object.entries(told)) {
		delete known[room];
		known[room] = value;
	}
	for (const room of Object.keys(known).slice(0, -roomsKept)) delete known[room];
}

async function readFrames({ network, frames }: ContentRequests['content.frames']['in'], sender: Sender): Promise<null> {
	const arrival = Math.floor(Date.now() / 1000);
	// before it is looked whose tab it is: another page may have come to it meanwhile
	const { read, joinHints } = await networkOf(network).traffic();
	await requireTab(sender);
	const readings = frames.map((frame) => read(frame, arrival));
	const learned = await changeTab(sender.tab, (tab) => {
		if (tab.origin !== sender.origin) return null;
		const before = JSON.stringify([tab.hints, tab.roomHints]);
		for (const { hints, topics, nicks, roomHints } of readings) {
			Object.assign(tab.hints, hints);
			keep(tab.topics, Object.fromEntries(Object.entries(topics).map(([room, topic]) => [room, shortTopic(topic)])));
			keep(tab.nicks, nicks);
			for (const [room, more] of Object.entries(roomHints)) {
				const known = tab.roomHints[room] ?? {};
				keep(tab.roomHints, { [room]: joinHints?.(known, more) ?? { ...known, ...more } });
			}
		}
		return before !== JSON.stringify([tab.hints, tab.roomHints]);
	});
	if (learned === null) return null;
	const labels = await labelNew(readings.flatMap((reading) => reading.messages));
	const tab = await readTab(sender.tab);
	for (const room of tab?.rooms ?? []) {
		const fresh = labels.get(roomIdOf(room));
		if (fresh?.length) await tellTab(sender.tab, 'labels', { room, labels: fresh });
	}
	// a topic may have closed a room, or opened it; with a new hint its server may be found
	for (const room of tab?.rooms ?? [])
		if (learned || readings.some(({ topics }) => roomIdOf(room) in topics)) await roomChanged(sender.tab, room);
	return null;
}

function isRoom(room: RoomRef): boolean {
	try {
		return roomIdOf(room).length > 0;
	} catch {
		return false;
	}
}

async function openRooms(rooms: RoomRef[], sender: Sender) {
	await requireTab(sender);
	await changeTab(sender.tab, (tab) => {
		tab.rooms = rooms.filter(isRoom);
	});
	await showIcon(sender.tab);
	const told = rooms.filter(isRoom).map(async (room) => {
		const labels = await labelAll(room);
		if (labels.length > 0) await tellTab(sender.tab, 'labels', { room, labels });
	});
	await Promise.all(told);
	const states = await Promise.all(rooms.map((room) => roomState(sender.tab, room)));
	// one may have been turned while others were looked at: said with its earlier position, its room would be opened to the account
	const on = (await readTab(sender.tab))?.on ?? [];
	return { rooms: states.map((state) => ({ ...state, on: on.includes(state.room.address) })) };
}

async function turn(room: RoomRef, on: boolean, sender: Sender) {
	await requireTab(sender);
	await noteUse();
	if (on) {
		const { access, vault } = await roomState(sender.tab, room);
		if (vault !== 'unlocked') throw new BautaError(vault === 'none' ? 'no-vault' : 'vault-locked');
		if (access.state === 'closed') throw new BautaError(access.fault.code, access.fault.detail);
		if (access.state === 'looking') throw new BautaError('not-allowed', 'looking');
	}
	await changeTab(sender.tab, (tab) => {
		tab.on = tab.on.filter((address) => address !== room.address);
		tab.tampered = tab.tampered.filter((address) => address !== room.address);
		delete tab.replies[room.address];
		if (on) tab.on.push(room.address);
	});
	await roomChanged(sender.tab, room);
	return { room: await roomState(sender.tab, room) };
}

/** What content scripts ask. The tab and its origin come from the browser; a tab of a site that is not enabled gets nothing. */
export const contentAnswers: Pick<Handlers, keyof ContentRequests> = {
	async 'content.hello'({ frontend, network }, sender) {
		await requireEnabled(sender.origin);
		networkOf(network);
		await forgetComposers(sender.tab);
		// its words say that loading the page anew looks again
		await forgetPassing((await readTab(sender.tab))?.rooms ?? []);
		const tab = await helloTab(sender.tab, sender.origin, frontend, network);
		await showIcon(sender.tab);
		const rooms = tab.on.map((address): RoomRef => ({ network, address }));
		return { rooms: await Promise.all(rooms.map((room) => roomState(sender.tab, room))) };
	},
	'content.frames': readFrames,
	'content.rooms': ({ rooms }, sender) => openRooms(rooms, sender),
	'content.switch': ({ room, on }, sender) => turn(room, on, sender),
	async 'content.composer'({ room, theme }, sender) {
		const tab = await requireTab(sender);
		if (!tab.on.includes(room.address)) throw new BautaError('not-allowed');
		await changeTab(sender.tab, (changed) => {
			changed.tampered = changed.tampered.filter((address) => address !== room.address);
		});
		return { ticket: await issueTicket(sender.tab, room, theme, 'frame') };
	},
	async 'content.window'({ room, theme }, sender) {
		await requireTab(sender);
		const ticket = await issueTicket(sender.tab, room, theme, 'window');
		// a path: what Chromium's `getURL` gives for a page that sites may frame opens in frames alone
		await browser.windows.create({ url: `composer.html#${ticket}`, type: 'popup', ...windowSize });
		return null;
	},
	async 'content.reply'({ room, reply }, sender) {
		await requireTab(sender);
		await changeTab(sender.tab, (tab) => {
			if (reply) tab.replies[room.address] = reply;
			else delete tab.replies[room.address];
		});
		await roomChanged(sender.tab, room);
		return null;
	},
	async 'content.unlabelled'({ room, messages }, sender) {
		await requireTab(sender);
		const later = (labels: LabelledMessage[]) => void tellTab(sender.tab, 'labels', { room, labels });
		return { labels: await labelPage(sender.tab, room, messages, later) };
	},
	async 'content.hide'({ room, hidden }, sender) {
		await requireTab(sender);
		if (!(await vaultKey())) throw new BautaError('vault-locked');
		await changeRoom(roomIdOf(room), { hidden });
		await roomChanged(sender.tab, room);
		return { room: await roomState(sender.tab, room) };
	},
	async 'content.tampered'({ room }, sender) {
		await changeTab(sender.tab, (tab) => {
			if (!tab.tampered.includes(room.address)) tab.tampered.push(room.address);
		});
		await roomChanged(sender.tab, room);
		return null;
	},
	async 'content.blocked'({ room }, sender) {
		const tab = await requireTab(sender);
		if (tab.rooms.some((open) => sameRoom(open, room))) await roomChanged(sender.tab, room);
		return null;
	},
};
