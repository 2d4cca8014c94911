import type { NetworkJson, Traffic, Transport } from '../network.ts';
import { readArchive } from './archive.ts';
import { joinHints, nostrHints } from './hints.ts';
import { post } from './post.ts';
import { probe } from './probe.ts';
import { firstRelays, relayList, relayOrigins } from './relays.ts';
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
		const relays = (from: NetworkJson) => firstRelays(roomOfId(room), nostrHints(from));
		const asked = relays(earlier);
		return relays(hints).some((relay) => !asked.includes(relay));
	},
	hosts: (_hints, roomHints) => relayOrigins(relayList(roomHints.flatMap((hints) => nostrHints(hints).relays))),
	settings,
	transport,
};
