import { BautaError } from '../../../messages/errors.ts';
import { fromHex } from '../../../protocol/bytes.ts';
import { nip28RoomId, nip29RoomId } from '../../../protocol/room.ts';
import type { Frame, Reading } from '../../network.ts';
import { revealIn } from '../../reveal-text.ts';
import { parseArray, parseFrame } from './frames.ts';
import { incoming, postedReveal, roomOf } from './messages.ts';
import { asEvent, type Event, eventHash, tagValue } from './nip01.ts';
import { channelWords } from './nip28.ts';
import { parseRoom, relayUrl, roomId } from './room.ts';
import type { Filter } from './room-kind.ts';
import { roomKinds } from './room-kinds.ts';

const maxRooms = 50;
const text = (value: unknown): value is string => typeof value === 'string';

/** A page's subscription filter, as far as it names rooms. */
function asFilter(value: unknown): Filter | null {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
	const filter: Filter = {};
	const { kinds } = value as { kinds?: unknown };
	if (!Array.isArray(kinds)) return null;
	filter.kinds = kinds.filter((kind): kind is number => Number.isInteger(kind));
	for (const [name, list] of Object.entries(value))
		if (/^#[a-zA-Z]$/.test(name) && Array.isArray(list)) filter[name as `#${string}`] = list.filter(text).slice(0, maxRooms);
	return filter;
}

/** Rooms that a page asks this relay for. */
function wantedRooms(filters: unknown[], relay: string): string[] {
	const ids = new Set<string>();
	for (const filter of filters.slice(0, 20).map(asFilter))
		for (const kind of roomKinds)
			if (filter?.kinds?.includes(kind.kind))
				for (const value of kind.wanted(filter, relay)) {
					try {
						ids.add(roomId(parseRoom(`${kind.nip}:${value}`)));
					} catch (fault) {
						if (!(fault instanceof BautaError)) throw fault;
					}
				}
	return [...ids].slice(0, maxRooms);
}

/** What a room's own event says about it: NIP-28's creation (its hash is the room), NIP-29's state from the group's relay. */
function topicOf(event: Event, relay: string): [string, string] | null {
	if (event.kind === 39000) return [nip29RoomId(relay, tagValue(event, 'd')), tagValue(event, 'about')];
	if (event.kind !== 40 || fromHex(event.id).some((byte, at) => byte !== eventHash(event)[at])) return null;
	const { name, about } = channelWords(event.content);
	return [nip28RoomId(event.id), `${name}\n${about}`.trim()];
}

/** more of one message are not looked at: a page must not keep the background busy */
const maxCarried = 30;

/** Events anywhere in what a worker handed to its page, as each page wraps them in its own manner. */
function eventsIn(value: unknown, depth = 8): Event[] {
	const event = asEvent(value);
	if (event) return [event];
	if (typeof value !== 'object' || value === null || depth === 0) return [];
	return Object.values(value).flatMap((inner) => eventsIn(inner, depth - 1));
}

/** Takes over a message that carries an envelope, or a reveal. */
function readMessage(event: Event, relay: string, reading: Reading): void {
	const message = incoming(event, relay);
	if (message) reading.messages.push(message);
	const reveal = message ? null : postedReveal(event, relay);
	if (reveal) reading.reveals = [...(reading.reveals ?? []), reveal];
}

/** What a page's worker read. Its relay is not known, so it gives messages and topics and no hint about a room's relays. */
function readCarried(data: string, reading: Reading): Reading {
	const [, value] = parseArray(data) ?? [];
	const tells = ({ kind, tags, content }: Event) => kind === 40 || tags.some(([name]) => name === 'bauta') || revealIn(content) !== '';
	const telling = eventsIn(value).filter(tells);
	for (const event of telling.slice(0, maxCarried)) {
		const topic = event.kind === 40 ? topicOf(event, '') : null;
		if (topic) reading.topics[topic[0]] = topic[1];
		readMessage(event, '', reading);
	}
	return reading;
}

/** What the tap leaves of an event of the account's own that is on its way to a relay, or was taken by it. */
function readSpeech(event: unknown, relay: string, isBack: boolean): Reading['speech'] {
	const { id, kind, tags } = (event ?? {}) as { id?: unknown; kind?: unknown; tags?: unknown };
	if (!text(id) || typeof kind !== 'number' || !Array.isArray(tags)) return [];
	const ofTexts = tags.filter((tag): tag is string[] => Array.isArray(tag) && tag.every(text));
	const room = roomOf({ pubkey: '', created_at: 0, kind, tags: ofTexts, content: '' }, relay);
	return room ? [{ room: roomId(room), id: `${relay} ${id}`, isBack }] : [];
}

/** What one frame of a page's own traffic says. Nothing that it holds is believed but what its author signed. */
export function readFrame(frame: Frame): Reading {
	const reading: Reading = { messages: [], hints: {}, roomHints: {}, topics: {}, nicks: {} };
	if (frame.url === '' && frame.direction === 'in') return readCarried(frame.data, reading);
	const relay = relayUrl(frame.url);
	if (!relay) return reading;
	const saw = (id: string) => {
		reading.roomHints[id] = { relays: [relay] };
	};
	const [type, first, ...filters] = parseArray(frame.data) ?? [];
	if (type === 'EVENT' && !text(first)) return { ...reading, speech: readSpeech(first, relay, frame.direction === 'in') ?? [] };
	if (frame.direction === 'out') {
		if (type === 'REQ') wantedRooms(filters, relay).forEach(saw);
		return reading;
	}
	const relayFrame = parseFrame(frame.data);
	if (relayFrame?.type !== 'EVENT') return reading;
	const room = roomOf(relayFrame.event, relay);
	if (room) saw(roomId(room));
	const topic = topicOf(relayFrame.event, relay);
	if (topic) reading.topics[topic[0]] = topic[1];
	if (room) readMessage(relayFrame.event, relay, reading);
	return reading;
}
