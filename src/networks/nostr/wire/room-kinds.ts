import { nip22 } from './nip22.ts';
import { nip28 } from './nip28.ts';
import { nip29 } from './nip29.ts';
import { nip53 } from './nip53.ts';
import type { Room } from './room.ts';
import type { RoomKind } from './room-kind.ts';

/** Every NIP whose rooms are known. */
export const roomKinds: RoomKind[] = [nip22, nip28, nip29, nip53];

/** The NIP that a room is of. */
export function kindOf(room: Room): RoomKind {
	const found = roomKinds.find((one) => one.nip === room.nip);
	if (!found) throw new TypeError(`no such kind of room: ${room.nip}`);
	return found;
}
