import { BautaError } from '../../messages/errors.ts';
import type { RoomSettings } from '../network.ts';
import { xmppHints } from './hints.ts';

const longest = 253;

/** The host that takes anonymous guests, where nobody else tells it. Stored as the field `anonymousHost`, '' for none. */
export const settings: RoomSettings = {
	list: (_address, storedRoom) => [
		{
			name: 'anonymousHost',
			label: 'popup_room_host',
			hint: 'popup_room_host_hint',
			value: xmppHints(storedRoom).anonymousHost ?? '',
		},
	],
	parse(_name, written) {
		const host = written.trim().toLowerCase();
		if (host.length > longest || !/^[\p{L}\p{N}.:[\]-]*$/u.test(host)) throw new BautaError('not-allowed', 'room.set');
		return { anonymousHost: host };
	},
	hints(storedRoom) {
		const { anonymousHost } = xmppHints(storedRoom);
		return anonymousHost ? { anonymousHost } : {};
	},
};
