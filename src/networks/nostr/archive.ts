import { archivedMessage } from '../answered.ts';
import type { Channel } from '../channel/channel.ts';
import type { Archive, IncomingMessage, OpenAccess } from '../network.ts';
import { RelayConnection } from './connection.ts';
import { routeOf } from './route.ts';
import { incoming, roomOf } from './wire/messages.ts';
import { archivedKeyDigits, type Event, tagValue } from './wire/nip01.ts';
import { roomId, roomOfId } from './wire/room.ts';
import { kindOf } from './wire/room-kinds.ts';

/** how many relays are asked, and for how many messages of the room each: relays cannot filter by the envelope's tag */
const relayLimit = 3;
const messageLimit = 500;

/** What one relay shows: the room's events, and the messages with an envelope among them. */
interface RelayArchive {
	events: Event[];
	messages: IncomingMessage[];
}

async function readOne(room: string, relay: string, channel: Channel, signal: AbortSignal): Promise<RelayArchive> {
	const connection = await RelayConnection.open(channel, relay, signal);
	try {
		const wanted = roomOfId(room);
		const answer = await connection.ask([{ ...kindOf(wanted).filter(wanted), limit: messageLimit }], messageLimit, signal);
		const events = answer.filter((event) => isOfRoom(event, relay, room));
		return { events, messages: events.map((event) => incoming(event, relay)).filter((message) => message !== null) };
	} finally {
		connection.close();
	}
}

/** Whether an event that came from this relay is a text message of the room. `room`: canonical id. */
export function isOfRoom(event: Event, relay: string, room: string): boolean {
	const ofEvent = roomOf(event, relay);
	return ofEvent !== null && roomId(ofEvent) === room;
}

/** Events that every one of these relays shows: what stands at one of them alone is not there for everybody. Newest first. */
function shownByAll(archives: RelayArchive[]): Event[] {
	const [first, ...others] = archives.map(({ events }) => new Map(events.map((event) => [event.id, event])));
	const shared = [...(first?.values() ?? [])].filter(({ id }) => others.every((events) => events.has(id)));
	return shared.sort((one, other) => other.created_at - one.created_at);
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
): Promise<Archive> {
	const { relays } = routeOf(access);
	const reads = await Promise.allSettled(relays.slice(0, relayLimit).map((relay) => readOne(room, relay, channel, signal)));
	const archives = reads.flatMap((read) => (read.status === 'fulfilled' ? [read.value] : []));
	const [first] = reads;
	if (archives.length === 0 && first?.status === 'rejected') throw first.reason;
	const messages = new Map(archives.flatMap((archive) => archive.messages).map((message) => [message.id, message]));
	return {
		messages: [...messages.values()].sort((one, other) => other.time - one.time).slice(0, limit),
		shown: shownByAll(archives)
			.map((event) => archivedMessage(event.id, event.pubkey.slice(0, archivedKeyDigits), event.content, tagValue(event, 'bauta') !== ''))
			.reverse(),
	};
}
