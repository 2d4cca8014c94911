import { BautaError } from '../../messages/errors.ts';
import type { RoomRef } from '../../messages/rooms.ts';
import type { Hints } from '../../networks/network.ts';
import { answersIn } from '../../networks/page-answers.ts';
import { readRoom } from '../state/document.ts';
import { readTab } from '../state/tabs.ts';
import { networkOf, roomIdOf } from './adapters.ts';

/** What Bauta knows about the route to this room's server: the page's hints and the user's own settings. Throws `site-unknown`. */
export async function hintsFor(tabId: number, room: RoomRef): Promise<Hints> {
	const tab = await readTab(tabId);
	if (!tab) throw new BautaError('site-unknown');
	const id = roomIdOf(room);
	const { settings } = await networkOf(room.network).traffic();
	const topic = tab.topics[id];
	const storedRoom = { ...(await readRoom(id)) };
	const answers = answersIn(storedRoom, tab.origin);
	return {
		...tab.hints,
		...(topic === undefined ? {} : { topic }),
		...tab.roomHints[id],
		...settings?.hints(storedRoom),
		...(Object.keys(answers).length > 0 && { answers }),
	};
}

/** The hints by which a probe finds a server, as a text that can be compared. A page often shows a room before its traffic gave any away. */
export const serverHints = ({ origin: _origin, topic: _topic, ...route }: Hints): string =>
	JSON.stringify(Object.entries(route).sort(([one], [other]) => (one < other ? -1 : 1)));
