import type { NetworkAdapter } from '../network.ts';
import { archivedKeyDigits, isHex } from './wire/nip01.ts';
import { parseRoom, roomId, roomName } from './wire/room.ts';

/** Addresses are `<nip>:<value>`, as `wire/room.ts` says: `28:<channel id>`, `29:<relay URL>'<group>`, `22:I:<URL>`, `53:30311:…`. */
export const nostr: NetworkAdapter = {
	id: 'nostr',
	roomId: (address) => roomId(parseRoom(address)),
	name: (address) => roomName(parseRoom(address)),
	isMessageId: (id) => isHex(id, 64),
	shownAuthor: (shown) => (isHex(shown, 64) ? { name: shown, archivedName: shown.slice(0, archivedKeyDigits) } : null),
	signature: 'nostr',
	severalArchives: true,
	traffic: async () => (await import('./traffic.ts')).traffic,
};
