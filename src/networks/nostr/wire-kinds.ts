import type { RoomKind } from './wire-kind.ts';
import { nip22 } from './wire-nip22.ts';
import { nip28 } from './wire-nip28.ts';
import { nip29 } from './wire-nip29.ts';
import { nip53 } from './wire-nip53.ts';
import type { Room } from './wire-room.ts';

export const roomKinds: RoomKind[] = [nip22, nip28, nip29, nip53];

/** The NIP that a room is of. */
export function kindOf(room: Room): RoomKind {
	const found = roomKinds.find((one) => one.nip === room.nip);
	if (!found) throw new TypeError(`no such kind of room: ${room.nip}`);
	return found;
}
