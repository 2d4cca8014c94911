import { BautaError } from '../../src/messages/errors.ts';
import { type Room, roomId, roomOfId } from '../../src/networks/nostr/wire/room.ts';
import { domainOf, roomJid } from '../../src/networks/xmpp/wire/jid.ts';

/** What a topic stands for. */
export type Topic =
	| { network: 'nostr'; id: string; room: Room }
	/** `jid`: the room; `service`: its domain */
	| { network: 'xmpp'; id: string; jid: string; service: string }
	/** a group of XMTP, of which this notifier knows what a feed tells it */
	| { network: 'xmtp'; id: string };

const longest = 3100;

/** Reads a canonical room id (docs/protocol.md §1), or the content topic of a group of XMTP; null where it is neither. */
export function parseTopic(id: string): Topic | null {
	if (id.length > longest) return null;
	if (/^\/xmtp\/mls\/1\/g-[0-9a-f]{2,128}\/proto$/.test(id)) return { network: 'xmtp', id };
	try {
		if (id.startsWith('xmpp:')) {
			const jid = roomJid(id);
			return { network: 'xmpp', id, jid, service: domainOf(jid) };
		}
		const room = roomOfId(id);
		// in another form than the canonical one it would be a second room, with other keys
		return roomId(room) === id ? { network: 'nostr', id, room } : null;
	} catch (thrown) {
		if (thrown instanceof BautaError) return null;
		throw thrown;
	}
}

/** Bytes that a key of the topic may have: a tag key has 32, XMTP's had 32 in its second version and has 42 in its third. */
export const keyLengths = ({ network }: Topic): readonly number[] => (network === 'xmtp' ? [32, 42] : [32]);
