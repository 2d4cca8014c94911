import { settingBounds } from '../../messages/rooms.ts';
import type { StoredRoom } from '../../vault/document.ts';

/*
 * Where the user has hidden a room's anonymous messages. A page sees whether they are, so this is kept by site: else one that names the room
 * of another site would learn it, and could change it there (THREATS.md S7).
 */

const { longestLine, mostLines } = settingBounds;

/** Whether they are hidden on the pages of this site. */
export function isHiddenOn({ hidden, hiddenOn = [] }: StoredRoom, site: string): boolean {
	const [, sign] = hiddenOn.map((line) => line.split(' ')).find(([origin]) => origin === site) ?? [];
	return sign === undefined ? hidden : sign === '+';
}

/** The room's field with this choice for one site; of too many the oldest goes. */
export function withHiddenOn({ hiddenOn = [] }: StoredRoom, site: string, isHidden: boolean): { hiddenOn: string[] } {
	const others = hiddenOn.filter((line) => !line.startsWith(`${site} `));
	const line = `${site} ${isHidden ? '+' : '-'}`;
	return { hiddenOn: [...others, ...(line.length <= longestLine ? [line] : [])].slice(-mostLines) };
}
