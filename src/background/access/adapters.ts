import { BautaError } from '../../messages/errors.ts';
import type { Network, RoomRef } from '../../messages/rooms.ts';
import type { NetworkAdapter } from '../../networks/network.ts';
import { nostr } from '../../networks/nostr/network.ts';
import { xmpp } from '../../networks/xmpp/network.ts';

const adapters: NetworkAdapter[] = [xmpp, nostr];

/** Throws `site-unknown` for a network that this build does not speak. */
export function networkOf(id: Network): NetworkAdapter {
	const adapter = adapters.find((one) => one.id === id);
	if (!adapter) throw new BautaError('site-unknown', id);
	return adapter;
}

/** Canonical room id (docs/protocol.md §1). */
export const roomIdOf = (room: RoomRef): string => networkOf(room.network).roomId(room.address);
