import { fromHex } from '../../../protocol/bytes.ts';
import type { IncomingMessage, PostedReveal } from '../../network.ts';
import { revealIn } from '../../reveal-text.ts';
import { type Event, type Template, verifies } from './nip01.ts';
import { parseRoom, type Room, roomId } from './room.ts';
import { kindOf, roomKinds } from './room-kinds.ts';

/** The room of a text message that came from `relay`, or null. */
export function roomOf(event: Template, relay: string): Room | null {
	const kind = roomKinds.find((one) => one.kind === event.kind);
	const value = kind?.roomOf(event, relay);
	if (!kind || !value) return null;
	try {
		return parseRoom(`${kind.nip}:${value}`);
	} catch {
		return null;
	}
}

/** A message with an envelope as every transport hands it on; null where there is none, or where id or signature is wrong. */
export function incoming(event: Event, relay: string): IncomingMessage | null {
	const wires = event.tags.filter((tag) => tag[0] === 'bauta' && tag[1] === '1' && tag.length === 3).map((tag) => tag[2] ?? '');
	const room = wires.length > 0 ? roomOf(event, relay) : null;
	if (!room || !verifies(event)) return null;
	return {
		room: roomId(room),
		id: event.id,
		archiveId: event.id,
		author: event.pubkey,
		bodies: [event.content],
		replyTo: kindOf(room).replyTo(event),
		time: event.created_at,
		wires,
		authorKey: fromHex(`02${event.pubkey}`),
	};
}

/** A public reveal that an account has posted in a room; null where there is none, where it carries an envelope, or where id or signature is wrong. */
export function postedReveal(event: Event, relay: string): PostedReveal | null {
	const text = revealIn(event.content);
	const room = text && event.tags.every(([name]) => name !== 'bauta') ? roomOf(event, relay) : null;
	if (!room || !verifies(event)) return null;
	return { room: roomId(room), id: event.id, author: event.pubkey, account: `nostr:${event.pubkey}`, text };
}
