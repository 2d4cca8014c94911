import type { Channel } from '../channel/channel.ts';
import type { IncomingMessage, OpenAccess } from '../network.ts';
import { RelayConnection } from './connection.ts';
import { routeOf } from './route.ts';
import { incoming } from './wire/messages.ts';
import { roomOfId } from './wire/room.ts';
import { kindOf } from './wire/room-kinds.ts';

/** how many relays are asked, and for how many messages of the room each: relays cannot filter by the envelope's tag */
const relayLimit = 3;
const messageLimit = 500;

async function readOne(room: string, relay: string, channel: Channel, signal: AbortSignal): Promise<IncomingMessage[]> {
	const connection = await RelayConnection.open(channel, relay, signal);
	try {
		const wanted = roomOfId(room);
		const events = await connection.ask([{ ...kindOf(wanted).filter(wanted), limit: messageLimit }], messageLimit, signal);
		return events
			.map((event) => incoming(event, relay))
			.filter((message) => message !== null && message.room === room) as IncomingMessage[];
	} finally {
		connection.close();
	}
}

/**
 * Messages of the room that carry an envelope, newest first, from up to three of its relays, without a login. Throws where no relay
 * answers.
 */
export async function readArchive(
	room: string,
	access: OpenAccess,
	channel: Channel,
	limit: number,
	signal: AbortSignal,
): Promise<IncomingMessage[]> {
	const { relays } = routeOf(access);
	const reads = await Promise.allSettled(relays.slice(0, relayLimit).map((relay) => readOne(room, relay, channel, signal)));
	const failed = reads.find((read) => read.status === 'rejected');
	if (failed && reads.every((read) => read.status === 'rejected')) throw failed.reason;
	const found = new Map(reads.flatMap((read) => (read.status === 'fulfilled' ? read.value : [])).map((message) => [message.id, message]));
	return [...found.values()].sort((one, other) => other.time - one.time).slice(0, limit);
}
