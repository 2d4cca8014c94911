import { randomBytes } from 'node:crypto';
import { parseFrame, requestFrame } from '../../src/networks/nostr/wire/frames.ts';
import { incoming, roomOf } from '../../src/networks/nostr/wire/messages.ts';
import { type Event, verifies } from '../../src/networks/nostr/wire/nip01.ts';
import { type Room, relayHost, roomId } from '../../src/networks/nostr/wire/room.ts';
import { type Filter, matches } from '../../src/networks/nostr/wire/room-kind.ts';
import { kindOf } from '../../src/networks/nostr/wire/room-kinds.ts';
import { type ReadMessage, readRoomMessage } from '../rooms/filter.ts';
import { Recent } from '../rooms/recent.ts';
import type { Topic } from '../rooms/topic.ts';
import type { Clock } from '../time/clock.ts';
import { type Patience, usualPatience } from './back-off.ts';
import { ServerSocket } from './server-socket.ts';
import type { RoomState, Source, Take } from './source.ts';

/** rooms asked for in one filter, and in one request */
const [roomsAFilter, roomsARequest] = [100, 500] as const;
/** after which a room that a relay has refused is asked for again, ms */
const secondLookMs = 3_600_000;
/** requests that a relay may refuse in a minute: beyond, it means all of them */
const mostRefused = 60;
/**
 * How far back a relay is asked after a connection was lost, and a message may be dated that comes unasked; and how far ahead of the clock. Seconds.
 */
const [overlap, farthestAhead] = [600, 900] as const;
const requestDelayMs = 50;
/** events that nobody has signed, of one relay in a minute; beyond, it floods: each takes as long to look at as one that somebody has */
const mostForged = 60;

/** The rooms' filters put together, as many rooms to one as differ in their value alone: relays allow few requests at a time. */
export function filtersFor(rooms: readonly Room[], since: number): Filter[] {
	const groups = new Map<string, { kinds: number[]; tag: `#${string}`; values: string[] }>();
	for (const room of rooms) {
		const { kinds = [], ...tags } = kindOf(room).filter(room);
		for (const [tag, values] of Object.entries(tags) as [`#${string}`, string[]][]) {
			const name = `${kinds.join()} ${tag}`;
			const group = groups.get(name) ?? { kinds, tag, values: [] };
			groups.set(name, group);
			group.values.push(...values);
		}
	}
	return [...groups.values()].flatMap(({ kinds, tag, values }) =>
		Array.from({ length: Math.ceil(values.length / roomsAFilter) }, (_, at): Filter => {
			const filter: Filter = { kinds, since };
			filter[tag] = values.slice(at * roomsAFilter, (at + 1) * roomsAFilter);
			return filter;
		}),
	);
}

/** One relay, and the rooms that it is asked for. */
class Relay {
	readonly #url: string;
	readonly #clock: Clock;
	/** says whether somebody has signed the event */
	readonly #onEvent: (event: Event, topic: string) => boolean;
	readonly #onLoss: (topic: string) => void;
	readonly #socket: ServerSocket;
	/** by topic, with the time from which on its messages count, unix seconds */
	readonly #rooms = new Map<string, { room: Room; from: number }>();
	/** by name: requests that stand, with their topics */
	#requests = new Map<string, string[]>();
	/** topics that were refused by themselves, while others may be read */
	readonly #refusedTopics = new Set<string>();
	#refusals = { minute: 0, count: 0 };
	#timer: NodeJS.Timeout | undefined;
	#secondLook: NodeJS.Timeout | undefined;
	/** from when on the relay is asked, unix seconds */
	#since: number;
	/** it ended by a flood: what the relay has stored of it would flood again, each time that it is asked for */
	#hasFlooded = false;
	#forged = { minute: 0, count: 0 };
	#state: RoomState = 'connecting';

	constructor(
		url: string,
		clock: Clock,
		patience: Patience,
		onEvent: (event: Event, topic: string) => boolean,
		onLoss: (topic: string) => void,
	) {
		this.#url = url;
		this.#clock = clock;
		this.#onEvent = onEvent;
		this.#onLoss = onLoss;
		this.#since = this.#seconds() - overlap;
		const listener = {
			onOpen: () => this.#askAnew(),
			onFrame: (text: string) => this.#hear(text),
			onEnd: (why: RoomState) => this.#lose(why),
		};
		this.#socket = new ServerSocket(url, [], listener, clock, patience);
	}

	add(topic: string, room: Room): void {
		this.#rooms.set(topic, { room, from: this.#seconds() });
		this.#socket.start();
		this.#askSoon();
	}

	remove(topic: string): void {
		if (!this.#rooms.delete(topic)) return;
		this.#refusedTopics.delete(topic);
		if (this.#rooms.size === 0) this.stop();
		else this.#askSoon();
	}

	stop(): void {
		clearTimeout(this.#timer);
		clearTimeout(this.#secondLook);
		this.#timer = undefined;
		this.#socket.stop();
		this.#state = 'connecting';
	}

	stateOf(topic: string): RoomState {
		return this.#refusedTopics.has(topic) ? 'refused' : this.#state;
	}

	#seconds(): number {
		return Math.floor(this.#clock.now() / 1000);
	}

	#lose(why: RoomState): void {
		if (this.#state === 'watching') this.#since = this.#seconds() - overlap;
		this.#hasFlooded ||= why === 'flooding';
		this.#state = why;
		for (const topic of this.#rooms.keys()) this.#onLoss(topic);
	}

	/** Several rooms that come together are asked for once. */
	#askSoon(): void {
		this.#timer ??= setTimeout(() => this.#ask(), requestDelayMs);
	}

	/** Asks for all rooms, also for those that were refused. */
	#askAnew(): void {
		clearTimeout(this.#secondLook);
		this.#secondLook = undefined;
		this.#refusedTopics.clear();
		this.#ask();
	}

	#ask(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		// after a loss what was written meanwhile is asked for, until all of it has come
		if (this.#state === 'watching') this.#since = this.#seconds() - overlap;
		if (this.#hasFlooded) this.#since = this.#seconds();
		this.#hasFlooded = false;
		const topics = [...this.#rooms.keys()].filter((topic) => !this.#refusedTopics.has(topic));
		const names = [...this.#requests.keys()];
		this.#requests.clear();
		// a request under a name that stands takes its place (NIP-01)
		for (let at = 0; at < topics.length; at += roomsARequest) this.#request(topics.slice(at, at + roomsARequest), names.shift());
		for (const name of names) this.#socket.send(JSON.stringify(['CLOSE', name]));
	}

	#request(topics: string[], name = randomBytes(8).toString('hex')): void {
		this.#requests.set(name, topics);
		const rooms = topics.flatMap((topic) => this.#rooms.get(topic)?.room ?? []);
		this.#socket.send(requestFrame(name, filtersFor(rooms, this.#since)));
	}

	/** Finds the room that a request was refused for, by asking for each half of them, as one must not keep others from being read. */
	#split(name: string): void {
		const topics = this.#requests.get(name) ?? [];
		this.#requests.delete(name);
		const minute = Math.floor(this.#clock.steady() / 60_000);
		this.#refusals = { minute, count: this.#refusals.minute === minute ? this.#refusals.count + 1 : 1 };
		if (this.#refusals.count > mostRefused) {
			this.#socket.fail('unreachable', true);
			this.#state = 'refused';
			return;
		}
		if (topics.length > 1) {
			const half = Math.ceil(topics.length / 2);
			this.#request(topics.slice(0, half));
			this.#request(topics.slice(half));
			return;
		}
		for (const topic of topics) this.#refusedTopics.add(topic);
		this.#secondLook ??= setTimeout(() => this.#askAnew(), secondLookMs);
	}

	#hear(text: string): void {
		const frame = parseFrame(text);
		if (!frame) return;
		if (!('subscription' in frame) || !this.#requests.has(frame.subscription)) return;
		if (frame.type === 'EOSE') this.#state = 'watching';
		if (frame.type === 'CLOSED') this.#split(frame.subscription);
		if (frame.type !== 'EVENT') return;
		const { event } = frame;
		const room = roomOf(event, this.#url);
		const topic = room ? roomId(room) : '';
		const wanted = this.#rooms.get(topic);
		if (!wanted || event.created_at > this.#seconds() + farthestAhead) return;
		// relays take what is dated long ago at any time: of a copy's time its maker alone decides
		const earliest = this.#state === 'watching' ? this.#seconds() - overlap : 0;
		const since = Math.max(this.#since, wanted.from, earliest);
		if (matches({ ...kindOf(wanted.room).filter(wanted.room), since }, event) && !this.#onEvent(event, topic)) this.#countForged();
	}

	#countForged(): void {
		const minute = Math.floor(this.#clock.steady() / 60_000);
		this.#forged = { minute, count: this.#forged.minute === minute ? this.#forged.count + 1 : 1 };
		if (this.#forged.count > mostForged) this.#socket.fail('flooding', true);
	}
}

/** Nostr rooms, by a request to each relay (NIP-01), as anybody reads them: nobody is entered, and nothing is written. */
export class NostrSource implements Source {
	readonly #relays: Map<string, Relay>;
	readonly #events = new Recent();
	onLoss = (_topic: string): void => {};

	constructor(urls: readonly string[], take: Take, clock: Clock, patience = usualPatience) {
		const onEvent = (url: string) => (event: Event, topic: string) => {
			// from several relays, or once more after a new request. Only what is signed is remembered: a forgery must neither take the place of
			// the event whose id it names nor push others out
			if (this.#events.has(event.id)) return true;
			const message = readEvent(event, url);
			if (!message) return false;
			this.#events.add(event.id);
			take(topic, () => message);
			return true;
		};
		this.#relays = new Map(urls.map((url) => [url, new Relay(url, clock, patience, onEvent(url), (topic) => this.onLoss(topic))]));
	}

	watches(topic: Topic): boolean {
		return this.#relaysOf(topic).length > 0;
	}

	begin(topic: Topic): void {
		if (topic.network === 'nostr') for (const relay of this.#relaysOf(topic)) relay.add(topic.id, topic.room);
	}

	end(topic: Topic): void {
		for (const relay of this.#relaysOf(topic)) relay.remove(topic.id);
	}

	/** That of the relay that does best: one that is there is enough. */
	stateOf(topic: Topic): RoomState {
		const states = this.#relaysOf(topic).map((relay) => relay.stateOf(topic.id));
		const best = (['watching', 'connecting'] as const).find((state) => states.includes(state));
		return best ?? states[0] ?? 'unreachable';
	}

	stop(): void {
		for (const relay of this.#relays.values()) relay.stop();
	}

	/** A group of NIP-29 lives on its relay alone; of everything else any relay may have messages. */
	#relaysOf(topic: Topic): Relay[] {
		if (topic.network !== 'nostr') return [];
		const { nip, value } = topic.room;
		const host = nip === '29' ? value.slice(0, value.indexOf("'")) : null;
		return [...this.#relays].filter(([url]) => host === null || relayHost(url) === host).map(([, relay]) => relay);
	}
}

/** Null: nobody has signed it. */
function readEvent(event: Event, url: string): ReadMessage | null {
	const message = incoming(event, url);
	// with an envelope `incoming` has looked at the signature; without one that is still to be done
	return message || verifies(event) ? readRoomMessage(message) : null;
}
