import type { ComposerState, OwnVoice } from '../../messages/composer.ts';
import { type Mode, type RoomRef, sameRoom } from '../../messages/rooms.ts';
import { networkOf, roomIdOf } from '../access/adapters.ts';
import { pageWay } from '../access/probe-results.ts';
import { accessTo } from '../access/room-access.ts';
import { listWaiting } from '../outbox/outbox.ts';
import { countWaiting } from '../outbox/store.ts';
import { vaultState } from '../pages/room-state.ts';
import { caughtAt } from '../state/caught-sites.ts';
import { doesSiteNotify, mayNotify } from '../state/desktop.ts';
import { readRoom, readSettings } from '../state/document.ts';
import { isRoomClosed, readTab } from '../state/tabs.ts';
import { draftOf } from './drafts.ts';
import type { Binding } from './tickets.ts';

/** Longest text that can be typed, in code points. What a room takes at most is checked when the message is taken in. */
const defaultPoints = 4096;

const nameOf = ({ network, address }: RoomRef): string => networkOf(network).name(address);

/** The voices that may speak in a room. What it takes to name them is loaded with what writes messages. */
async function voicesFor(room: RoomRef, label: string): Promise<OwnVoice[]> {
	const { listOwnVoices } = await import('../identities/own-voices.ts');
	return listOwnVoices(roomIdOf(room), label);
}

/** Whether the user is to be asked, once, if Bauta should show the site's notifications of anonymous messages in its place. */
async function offersRings({ tab, site }: Binding): Promise<boolean> {
	return !(await readSettings()).ringAsked && !(await mayNotify()) && (await doesSiteNotify(tab, site));
}

/** Everything a composer shows, as it is in force. Asks no server. */
export async function composerState(binding: Binding): Promise<ComposerState> {
	const { countForeign } = await import('../recognition/labels.ts');
	const { tab: tabId, site, room, theme, beside } = binding;
	const id = roomIdOf(room);
	const access = await accessTo(tabId, room, site);
	const { by } = await pageWay(site, id);
	const { mode: storedMode, voice: label = '' } = await readRoom(id);
	const modes: Mode[] = access.state === 'open' ? access.modes : [];
	const [vault, waiting, crowd, draft] = [await vaultState(), await listWaiting(), await countForeign(site, id), await draftOf(binding)];
	const offer = vault === 'unlocked' && (await offersRings(binding));
	// read last: the switch may be turned while all else is read, and the answer must not show an earlier position
	const pageNow = await readTab(tabId);
	const tab = pageNow?.origin === site ? pageNow : undefined;
	return {
		room,
		name: nameOf(room),
		...(access.state === 'open' && access.name && { title: access.name }),
		site,
		...(tab && { frontend: tab.frontend }),
		tab: tabId,
		gone: beside && !tab?.rooms.some((open) => sameRoom(open, room)),
		theme,
		on: isRoomClosed(tab, room.address),
		access,
		...(by.length > 0 && { by }),
		vault,
		mode: modes.includes(storedMode) ? storedMode : 'one-time',
		label,
		voices: vault === 'unlocked' && modes.includes('persona') ? await voicesFor(room, label) : [],
		maxPoints: defaultPoints,
		reply: tab?.replies[room.address]?.target ?? null,
		waiting: waiting.filter((entry) => entry.site === site && sameRoom(entry.room, room)),
		...(vault === 'locked' ? { waitingCount: await countWaiting(site, room) } : {}),
		nick: tab?.nicks[id] ?? '',
		crowd,
		draft,
		...(offer && { offersRings: true }),
		...(tab?.held.includes(room.address) ? { held: true } : {}),
		tampered: !beside && tab !== undefined && (await caughtAt(tab.origin)) !== null,
	};
}
