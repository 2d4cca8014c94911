import type { ComposerState } from '../../messages/composer.ts';
import { type Mode, type RoomRef, sameRoom } from '../../messages/rooms.ts';
import { networkOf, roomIdOf } from '../access/adapters.ts';
import { pageWay } from '../access/probe-results.ts';
import { accessTo } from '../access/room-access.ts';
import { listWaiting } from '../outbox/outbox.ts';
import { countWaiting } from '../outbox/store.ts';
import { vaultState } from '../pages/room-state.ts';
import { caughtAt } from '../state/caught-sites.ts';
import { readRoom } from '../state/document.ts';
import { isRoomClosed, readTab } from '../state/tabs.ts';
import { draftOf } from './drafts.ts';
import type { Binding } from './tickets.ts';

/** Longest text that can be typed, in code points. What a room takes at most is checked when the message is taken in. */
const defaultPoints = 4096;

const nameOf = ({ network, address }: RoomRef): string => networkOf(network).name(address);

/** Everything a composer shows, as it is in force. Asks no server. */
export async function composerState(binding: Binding): Promise<ComposerState> {
	const { countForeign } = await import('../recognition/labels.ts');
	const { tab: tabId, site, room, theme, beside } = binding;
	const id = roomIdOf(room);
	const access = await accessTo(tabId, room, site);
	const { by } = await pageWay(site, id);
	const storedMode = (await readRoom(id)).mode;
	const modes: Mode[] = access.state === 'open' ? access.modes : [];
	const [vault, waiting, crowd, draft] = [await vaultState(), await listWaiting(), await countForeign(site, id), await draftOf(binding)];
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
		maxPoints: defaultPoints,
		reply: tab?.replies[room.address]?.target ?? null,
		waiting: waiting.filter((entry) => entry.site === site && sameRoom(entry.room, room)),
		...(vault === 'locked' ? { waitingCount: await countWaiting(site, room) } : {}),
		nick: tab?.nicks[id] ?? '',
		crowd,
		draft,
		...(tab?.held.includes(room.address) ? { held: true } : {}),
		tampered: !beside && tab !== undefined && (await caughtAt(tab.origin)) !== null,
	};
}
