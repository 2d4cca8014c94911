import { toHex } from '../../protocol/bytes.ts';
import { SessionValue } from '../state/session-value.ts';
import { steadyNow } from '../state/steady-now.ts';

/*
 * How often a site may ring. All of it is counted by site, which the browser names: rooms and messages are the page's words, and naming others
 * pushes nothing out that counts.
 */

/** So many of a room in a minute, and of a site. */
const [mostOfRoom, mostOfSite] = [6, 10];
const span = 60_000;
const [mostNames, mostSites] = [300, 50];

/** What rang lately of one site. Rooms and messages are named by hashes. */
interface SiteRings {
	/** messages that were looked after: each is once */
	names: string[];
	/** of the last minute, `at` by `steadyNow` */
	recent: { room: string; at: number }[];
	/** those beyond, since the first of them; `room`: the one that all are of */
	more: Surplus & { since: number; room: string | null };
}
/** How many were not shown, whether all are of one room, and the notification that says so. */
export interface Surplus {
	id: string;
	count: number;
	isOneRoom: boolean;
}
const rings = new SessionValue<Record<string, SiteRings>>('rings', {});

/** The rings of a site, as the one that rang last. */
function ofSite(all: Record<string, SiteRings>, site: string): SiteRings {
	const more = { id: crypto.randomUUID(), count: 0, isOneRoom: true, since: 0, room: null };
	const own = all[site] ?? { names: [], recent: [], more };
	delete all[site];
	all[site] = own;
	for (const other of Object.keys(all).slice(0, -mostSites)) delete all[other];
	return own;
}

/** Notes that a message of a site is being looked after. False where it was before. `name`: 32 bytes. */
export const isFirst = (site: string, name: Uint8Array): Promise<boolean> =>
	rings.update((all) => {
		const { names } = ofSite(all, site);
		const hash = toHex(name);
		if (names.includes(hash)) return false;
		names.push(hash);
		names.splice(0, names.length - mostNames);
		return true;
	});

/** Counts one more of a site. Resolves to null where it may be shown by itself. `roomName`: 32 bytes. */
export async function countIn(site: string, roomName: Uint8Array): Promise<Surplus | null> {
	const now = await steadyNow();
	const room = toHex(roomName);
	return rings.update((all) => {
		const own = ofSite(all, site);
		own.recent = own.recent.filter(({ at }) => now - at < span);
		if (own.recent.length < mostOfSite && own.recent.filter((one) => one.room === room).length < mostOfRoom) {
			own.recent.push({ room, at: now });
			return null;
		}
		const { id, count, since, ...earlier } = own.more;
		const isNew = count === 0 || now - since >= span;
		const isOneRoom = isNew || (earlier.isOneRoom && earlier.room === room);
		own.more = { id, count: isNew ? 1 : count + 1, isOneRoom, since: isNew ? now : since, room };
		return { id, count: own.more.count, isOneRoom };
	});
}
