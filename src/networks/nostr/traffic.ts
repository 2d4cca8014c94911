import type { NetworkJson, Traffic, Transport } from '../network.ts';
import { accounts } from './accounts.ts';
import { readArchive } from './archive.ts';
import { joinHints } from './hints.ts';
import { post } from './post.ts';
import { probe } from './probe.ts';
import { firstRelays, relayOrigins } from './relays.ts';
import { settings } from './room-settings.ts';
import { readFrame } from './wire/page-traffic.ts';
import { roomOfId } from './wire/room.ts';

/** Nostr, on sockets of its own and as the message's own key; the page's sockets and its `window.nostr` are never used. */
const transport: Transport = { probe, post, readArchive };

/** All that Bauta does with Nostr's bytes. */
export const traffic: Traffic = {
	read: readFrame,
	joinHints,
	namesMoreServers(room, earlier, hints) {
		const relays = (from: NetworkJson) => firstRelays(roomOfId(room), { ...from, origin: hints.origin });
		const asked = relays(earlier);
		return relays(hints).some((relay) => !asked.includes(relay));
	},
	hosts: (room, hints) => relayOrigins(firstRelays(roomOfId(room), hints)),
	settings,
	accounts,
	transport,
};
