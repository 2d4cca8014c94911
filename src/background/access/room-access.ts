import { BautaError, type ErrorCode, faultOf } from '../../messages/errors.ts';
import type { Fault, RoomAccess, RoomRef } from '../../messages/rooms.ts';
import { forbidsAnonymous } from '../../networks/forbids-anonymous.ts';
import type { Access, Hints, OpenAccess } from '../../networks/network.ts';
import { readRoom, readSettings } from '../state/document.ts';
import { siteRoom } from '../state/site-room.ts';
import { readTab } from '../state/tabs.ts';
import { networkOf, roomIdOf } from './adapters.ts';
import { hintsFor } from './hints.ts';
import { hintsOfProbe, recallAccess, recallOpen } from './probe-results.ts';

/** Loaded when a server is asked. */
const looks = () => import('./looks.ts');

/** probes under way, by `siteRoom` */
const runningProbes = new Map<string, Promise<Access>>();

const closedFor = ({ code, detail }: Fault): Access => ({ open: false, reason: code, detail });

/** Why a room is closed whatever its server says: its topic asks for it, or the user's kill switch is on. */
async function houseRule(id: string, topic = ''): Promise<ErrorCode | null> {
	if (forbidsAnonymous(topic)) return 'room-no-anonymous';
	if ((await readSettings()).killSwitch || (await readRoom(id)).stopped) return 'kill-switch';
	return null;
}

/**
 * The hints for a fresh look, where the page has named servers since the room was probed: a page that loads slowly names one after the other.
 * With those of that probe among them, so that two pages with different servers do not have the room looked at by turns. Null where it has not.
 */
async function hintsWithMoreServers(id: string, room: RoomRef, hints: Hints): Promise<Hints | null> {
	const earlier = await hintsOfProbe(hints.origin, id);
	const { joinHints, namesMoreServers } = await networkOf(room.network).traffic();
	if (!earlier || !namesMoreServers) return null;
	const all = { ...hints, ...joinHints?.(earlier, hints) };
	return namesMoreServers(id, earlier, all) ? all : null;
}

/**
 * The open access to a room, for what wants to leave. Throws the reason where it is closed. What is remembered holds, however old it is, and
 * that the page names more servers begins no look: a look would tell when somebody writes (THREATS.md N10). A look that is under way is waited
 * for. Only where nothing at all is known the room is looked at.
 * @param earlier what was known when the message was taken in
 */
export async function requireAccess(room: RoomRef, hints: Hints, earlier?: OpenAccess): Promise<OpenAccess> {
	const id = roomIdOf(room);
	const rule = await houseRule(id, hints.topic);
	if (rule) throw new BautaError(rule);
	await runningProbes.get(siteRoom(hints.origin, id))?.catch(() => {});
	const access = (await recallAccess(hints.origin, id, hints)) ?? earlier ?? (await lookSoon(id, room, hints));
	// a server that could not be reached at the last look may be there again: the session itself will tell
	if (access.open) return access;
	const open = await recallOpen(hints.origin, id);
	if (!open) throw new BautaError(access.reason, access.detail);
	return open;
}

/**
 * Looks at a room after a random moment, unless that is under way: what the user or the page has just done does not show in it. Throws
 * `timed-out` where its site has had too many rooms looked at.
 */
function lookSoon(id: string, room: RoomRef, hints: Hints): Promise<Access> {
	return once(hints, id, async () => (await looks()).probeSoon(id, room, hints));
}

function once(hints: Hints, id: string, look: () => Promise<Access>): Promise<Access> {
	const name = siteRoom(hints.origin, id);
	const earlier = runningProbes.get(name);
	if (earlier) return earlier;
	const result = look().finally(() => runningProbes.delete(name));
	runningProbes.set(name, result);
	return result;
}

/** Looks at a room again, by what its page in this tab has given away so far. Throws `site-unknown`. */
export async function renewAccess(tabId: number, room: RoomRef): Promise<void> {
	const [id, hints] = [roomIdOf(room), await hintsFor(tabId, room)];
	await once(hints, id, async () => (await looks()).probe(id, room, hints));
}

function roomAccessOf(access: Access): RoomAccess {
	if (!access.open) return { state: 'closed', fault: { code: access.reason, detail: access.detail } };
	const { modes, name } = access;
	return { state: 'open', modes, ...(name && { name }) };
}

/**
 * Why a room itself takes no anonymous messages, as far as that is known; null where nothing is. A page is told this: so it asks no server,
 * and leaves out what the lock or the user's settings are the reason for (THREATS.md P8).
 */
export async function roomFault(tabId: number, room: RoomRef): Promise<Fault | null> {
	let id: string;
	try {
		id = roomIdOf(room);
	} catch (thrown) {
		return faultOf(thrown);
	}
	const tab = await readTab(tabId);
	if (!tab) return null;
	if (forbidsAnonymous(tab.topics[id] ?? '')) return { code: 'room-no-anonymous', detail: '' };
	const access = await recallAccess(tab.origin, id, null);
	return access?.open === false ? { code: access.reason, detail: access.detail } : null;
}

/** What is known without asking any server: a house rule, else what is remembered. Where the tab shows another site by now, it has no hints. */
async function accessAtHand(
	tabId: number,
	room: RoomRef,
	site?: string,
): Promise<{ id: string; hints: Hints | null; access: Access | undefined }> {
	let id: string;
	try {
		id = roomIdOf(room);
	} catch (thrown) {
		return { id: '', hints: null, access: closedFor(faultOf(thrown)) };
	}
	const tab = await readTab(tabId);
	const isThere = site === undefined || tab?.origin === site;
	const rule = await houseRule(id, isThere ? tab?.topics[id] : '');
	if (rule) return { id, hints: null, access: closedFor({ code: rule, detail: '' }) };
	const hints = isThere ? await hintsFor(tabId, room).catch(() => null) : null;
	const origin = site ?? tab?.origin;
	return { id, hints, access: origin === undefined ? undefined : await recallAccess(origin, id, hints) };
}

/** Whether a room is known to be closed to anonymous messages. Asks no server: false for a room that was never probed. */
export async function isClosed(tabId: number, room: RoomRef): Promise<boolean> {
	const { access } = await accessAtHand(tabId, room);
	return access !== undefined && !access.open;
}

/**
 * What is known of a room now, for composers and the popup. Asks no server: a look would tell when they are opened (THREATS.md N10).
 * @param site for a composer that may outlive its page: the origin that it was made for
 */
export async function accessTo(tabId: number, room: RoomRef, site?: string): Promise<RoomAccess> {
	const { hints, access } = await accessAtHand(tabId, room, site);
	if (access) return roomAccessOf(access);
	return hints ? { state: 'looking' } : { state: 'closed', fault: { code: 'site-unknown', detail: '' } };
}

/**
 * Has a room looked at where nothing is known of it, or its page has named more servers; `later` is called when there is a result. The same
 * whether the vault is open or not: else a page with a server of its own would see when it is unlocked (THREATS.md P9).
 */
export async function lookWhereUnknown(tabId: number, room: RoomRef, later: () => void): Promise<void> {
	const { id, hints, access } = await accessAtHand(tabId, room);
	if (!hints || access?.open === false) return;
	const freshHints = access ? await hintsWithMoreServers(id, room, hints) : hints;
	if (!freshHints) return;
	const isUnderWay = runningProbes.has(siteRoom(hints.origin, id));
	void lookSoon(id, room, freshHints).then(
		() => {
			later();
			// a look that had begun goes by what the page had named until then
			if (isUnderWay) void lookWhereUnknown(tabId, room, later);
		},
		// where it was not looked at there is nothing new, and asking again at once would never end
		() => {},
	);
}
