import * as v from 'valibot';
import type { RoomSettings } from '../network.ts';
import { relaysIn } from './written-relays.ts';

const storedSchema = v.object({ relays: v.fallback(v.array(v.string()), []) });

/** The user's own relays for a room. Stored as the field `relays`, absent or empty where Bauta finds them. */
export const settings: RoomSettings = {
	// a group (NIP-29) is nowhere but on its own relay, so it has no such setting
	list: (address, roomRecord) =>
		address.startsWith('29:')
			? []
			: [
					{
						name: 'relays',
						label: 'popup_room_relays',
						hint: 'popup_room_relays_hint',
						value: v.parse(storedSchema, roomRecord).relays.join(' '),
					},
				],
	parse: (_name, written) => ({ relays: relaysIn(written) }),
	hints(roomRecord) {
		const { relays } = v.parse(storedSchema, roomRecord);
		return relays.length > 0 ? { ownRelays: relays } : {};
	},
};
