import * as v from 'valibot';
import type { RoomSettings } from '../network.ts';
import { relaysIn } from './written-relays.ts';

const storedSchema = v.object({ relays: v.fallback(v.array(v.string()), []), join: v.fallback(v.string(), '') });

/**
 * The user's own relays for a room, stored as the field `relays`, absent or empty where Bauta finds them. Of a group (NIP-29) whether each
 * message's key may join it, stored as `join`: it leaves a trail that everybody sees.
 */
export const settings: RoomSettings = {
	// a group (NIP-29) is nowhere but on its own relay, so it has no relays to choose
	list: (address, storedRoom) =>
		address.startsWith('29:')
			? [
					{
						name: 'join',
						label: 'popup_room_join',
						hint: 'popup_room_join_hint',
						value: v.parse(storedSchema, storedRoom).join,
						isChoice: true,
					},
				]
			: [
					{
						name: 'relays',
						label: 'popup_room_relays',
						hint: 'popup_room_relays_hint',
						value: v.parse(storedSchema, storedRoom).relays.join(' '),
					},
				],
	parse: (name, written) => (name === 'join' ? { join: written === 'yes' ? 'yes' : '' } : { relays: relaysIn(written) }),
	hints(storedRoom) {
		const { relays, join } = v.parse(storedSchema, storedRoom);
		return { ...(relays.length > 0 && { ownRelays: relays }), ...(join === 'yes' && { join }) };
	},
};
