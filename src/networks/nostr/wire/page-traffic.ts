import { BautaError } from '../../../messages/errors.ts';
import { fromHex } from '../../../protocol/bytes.ts';
import type { Frame, IncomingMessage, Reading } from '../../network.ts';
import { asEvent, type Event, eventHash, type Template, tagValue, verifies } from './nip01.ts';
import { groupOf } from './nip29.ts';
import { parseRoom, type Room, relayHost, relayUrl, roomId } from './room.ts';
import type { Filter, Reply, Root } from './room-kind.ts';
import { kindOf, roomKinds } from './room-kinds.ts';

/** What a message is made of, before its work and signature. */
export interface Draft {
	room: Room;
	/** 64 hex digits, x of the author's key */
	author: string;
	/** canonical text */
	text: string;
	/** b64 of the envelope */
	wire: string;
	/** whole unix seconds */
	createdAt: number;
	reply: Reply | null;
	root: Root | null;
}

/** The event that says it, with the fewest fixed tags: no client, no relay hints, never NIP-70's `-`. */
export function template(draft: Draft): Template {
	const kind = kindOf(draft.room);
	return {
		pubkey: draft.author,
		created_at: draft.createdAt,
		kind: kind.kind,
		tags: [...kind.tags(draft.room, draft.reply, draft.root), ['bauta', '1', draft.wire]],
		content: draft.text,
	};
}

/** NIP-42: answers a relay's challenge. */
export const authTemplate = (author: string, relay: string, challenge: string, createdAt: number): Template => ({
	pubkey: author,
	created_at: createdAt,
	kind: 22242,
	tags: [
		['relay', relay],
		['challenge', challenge],
	],
	content: '',
});

/** The fields in one order for everybody. */
const ordered = (event: Event): Event => ({
	id: event.id,
	pubkey: event.pubkey,
	created_at: event.created_at,
	kind: event.kind,
	tags: event.tags,
	content: event.content,
	sig: event.sig,
});
export const eventFrame = (event: Event): string => JSON.stringify(['EVENT', ordered(event)]);
export const authFrame = (event: Event): string => JSON.stringify(['AUTH', ordered(event)]);
export const requestFrame = (subscription: string, filters: Filter[]): string => JSON.stringify(['REQ', subscription, ...filters]);
export const closeFrame = (subscription: string): string => JSON.stringify(['CLOSE', subscription]);

/** What a relay can say, NIP-01 and NIP-42. */
export type RelayFrame =
	| { type: 'EVENT'; subscription: string; event: Event }
	| { type: 'OK'; id: string; accepted: boolean; reason: string }
	| { type: 'EOSE'; subscription: string }
	| { type: 'CLOSED'; subscription: string; reason: string }
	| { type: 'NOTICE'; reason: string }
	| { type: 'AUTH'; challenge: string };

const maxFrame = 1_000_000;

function parse(data: string): unknown[] | null {
	if (data.length > maxFrame || !data.trimStart().startsWith('[')) return null;
	try {
		const value: unknown = JSON.parse(data);
		return Array.isArray(value) ? value : null;
	} catch {
		return null;
	}
}

/** A relay's frame, or null for what is none. Events in it are not verified. */
export function parseFrame(data: string): RelayFrame | null {
	const [type, first, second, third] = parse(data) ?? [];
	if (typeof first !== 'string') return null;
	const reason = (text: unknown): string => (typeof text === 'string' ? text : '');
	if (type === 'EVENT') {
		const event = asEvent(second);
		return event && { type, subscription: first, event };
	}
	if (type === 'OK') return typeof second === 'boolean' ? { type, id: first, accepted: second, reason: reason(third) } : null;
	if (type === 'EOSE') return { type, subscription: first };
	if (type === 'CLOSED') return { type, subscription: first, reason: reason(second) };
	if (type === 'NOTICE') return { type, reason: first };
	return type === 'AUTH' ? { type, challenge: first } : null;
}

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
	const found = new Set<string>();
	for (const filter of filters.slice(0, 20).map(asFilter))
		for (const kind of roomKinds)
			if (filter?.kinds?.includes(kind.kind))
				for (const value of kind.wanted(filter, relay)) {
					try {
						found.add(roomId(parseRoom(`${kind.nip}:${value}`)));
					} catch (fault) {
						if (!(fault instanceof BautaError)) throw fault;
					}
				}
	return [...found].slice(0, maxRooms);
}

/** What a room's own event says about it: NIP-28's creation (its hash is the room), NIP-29's state from the group's relay. */
function topicOf(event: Event, relay: string): [string, string] | null {
	if (event.kind === 39000) return [`nostr:29:${relayHost(relay)}'${groupOf(`'${tagValue(event, 'd')}`)}`, tagValue(event, 'about')];
	if (event.kind !== 40 || fromHex(event.id).some((byte, at) => byte !== eventHash(event)[at])) return null;
	const { name, about } = channelWords(event.content);
	return [`nostr:28:${event.id}`, `${name}\n${about}`.trim()];
}

/** `name` and `about` of a channel's JSON, '' for each that it does not have. */
export function channelWords(content: string): { name: string; about: string } {
	try {
		const { name, about } = JSON.parse(content) as Record<string, unknown>;
		return { name: text(name) ? name : '', about: text(about) ? about : '' };
	} catch {
		return { name: '', about: '' };
	}
}

/** more of one message are not looked at: a page must not keep the background busy */
const maxCarried = 30;

/** Events anywhere in what a worker handed to its page: how it wraps them is the page's own affair. */
function eventsIn(value: unknown, depth = 8): Event[] {
	const event = asEvent(value);
	if (event) return [event];
	if (typeof value !== 'object' || value === null || depth === 0) return [];
	return Object.values(value).flatMap((inner) => eventsIn(inner, depth - 1));
}

/** What a page's worker read, from a relay that nobody named: it tells of messages, and of no place to find them. */
function readCarried(data: string, reading: Reading): Reading {
	const [, carried] = parse(data) ?? [];
	const telling = eventsIn(carried).filter(({ kind, tags }) => kind === 40 || tags.some(([name]) => name === 'bauta'));
	for (const event of telling.slice(0, maxCarried)) {
		const topic = event.kind === 40 ? topicOf(event, '') : null;
		if (topic) reading.topics[topic[0]] = topic[1];
		const message = incoming(event, '');
		if (message) reading.messages.push(message);
	}
	return reading;
}

/** What one frame of a page's own traffic says. Nothing that it holds is believed but what its author signed. */
export function readFrame(frame: Frame): Reading {
	const reading: Reading = { messages: [], hints: {}, topics: {}, nicks: {}, relays: {}, clock: null };
	if (frame.url === '' && frame.direction === 'in') return readCarried(frame.data, reading);
	const relay = relayUrl(frame.url);
	if (!relay) return reading;
	const saw = (id: string) => {
		if (reading.relays) reading.relays[id] = [relay];
	};
	if (frame.direction === 'out') {
		const [type, , ...filters] = parse(frame.data) ?? [];
		if (type === 'REQ') wantedRooms(filters, relay).forEach(saw);
		return reading;
	}
	const said = parseFrame(frame.data);
	if (said?.type !== 'EVENT') return reading;
	const room = roomOf(said.event, relay);
	if (room) saw(roomId(room));
	const topic = topicOf(said.event, relay);
	if (topic) reading.topics[topic[0]] = topic[1];
	const message = room && incoming(said.event, relay);
	if (message) reading.messages.push(message);
	return reading;
}
