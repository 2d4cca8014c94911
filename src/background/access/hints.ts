import { BautaError } from '../../messages/errors.ts';
import type { RoomRef } from '../../messages/rooms.ts';
import type { Hints } from '../../networks/network.ts';
import { readRoom } from '../state/document.ts';
import { readTab } from '../state/tabs.ts';
import { roomIdOf } from './adapters.ts';

/** What Bauta knows about the route to this room's server: the page's hints and the user's own setting. Throws `site-unknown`. */
export async function hintsFor(tabId: number, room: RoomRef): Promise<Hints> {
	const tab = await readTab(tabId);
	if (!tab) throw new BautaError('site-unknown');
	const id = roomIdOf(room);
	const { anonymousHost, relays: ownRelays } = await readRoom(id);
	const [topic, relays] = [tab.topics[id], tab.relays[id]];
	return {
		...tab.hints,
		...(topic === undefined ? {} : { topic }),
		...(relays ? { relays } : {}),
		...(anonymousHost ? { anonymousHost } : {}),
		...(ownRelays?.length ? { ownRelays } : {}),
	};
}

/** The hints that say where a probe looks for a server. A room's page is often there before its traffic has given any away. */
export const serverHints = ({ websocket, bosh, domain, items, relays }: Hints): string =>
	JSON.stringify([websocket, bosh, domain, items, relays]);
