import { BautaError } from '../../src/messages/errors.ts';
import { forbidsAnonymous } from '../../src/networks/forbids-anonymous.ts';
import { hasFeature } from '../../src/networks/xmpp/wire/features.ts';
import { clockIn, readMessage } from '../../src/networks/xmpp/wire/messages.ts';
import { names } from '../../src/networks/xmpp/wire/namespaces.ts';
import { statusesIn } from '../../src/networks/xmpp/wire/presences.ts';
import { archiveRefusals, isError, joinRefusals, refusal } from '../../src/networks/xmpp/wire/refusals.ts';
import { judgeInfo } from '../../src/networks/xmpp/wire/room-info.ts';
import { readShown } from '../../src/networks/xmpp/wire/shown.ts';
import { askArchive, askInfo, askTime, destroyRoom, joinRoom, leaveRoom } from '../../src/networks/xmpp/wire/stanzas.ts';
import { attribute, childOf, textOf, type XmlElement } from '../../src/networks/xmpp/wire/xml.ts';
import { bareJid } from '../../src/protocol/room.ts';
import { readRoomMessage } from '../rooms/filter.ts';
import type { Clock } from '../time/clock.ts';
import type { Patience } from './back-off.ts';
import { GuestSession, newId, TooLong } from './guest-session.ts';
import type { RoomState, Take } from './source.ts';

/** A service of rooms that the operator lets the notifier read. */
export interface XmppService {
	/** its domain */
	rooms: string;
	/** the server's WebSocket */
	websocket: string;
	/** host for anonymous guests */
	guests: string;
	/** by its archive without joining, or as a visible occupant */
	way: 'archive' | 'guest';
	pollSeconds: number;
}

/** messages of an archive that are read at a time: of more in a minute it is enough to know that there were some */
const pageSize = 50;
/** the same for an hour where these were too long together */
const smallPageSize = 3;
/** after which a room that could not be read is asked again, and one that is read whether it still may be, ms */
const secondLookMs = 3_600_000;

interface WatchedRoom {
	jid: string;
	topic: string;
	state: RoomState;
	/** the archive's id of the last message that was met; null before the first look, which takes in what there is as read */
	last: string | null;
	/** messages of its archive that are read at a time */
	pageSize: number;
	/** by the steady clock: when it is read again, and when it is asked again whether it may be */
	nextLook: number;
	nextQuestion: number;
	/** `room@host/notifier-…`, while the notifier is in it or about to be */
	occupant: string;
	/** the room has sent its topic, and so all that was said before */
	isLive: boolean;
}

const states: Partial<Record<string, RoomState>> = {
	'room-gone': 'gone',
	'room-members-only': 'closed',
	'room-password': 'closed',
	'room-private': 'closed',
	'room-banned': 'closed',
	'room-full': 'closed',
	'room-no-anonymous': 'no-anonymous',
	'server-down': 'unreachable',
	'timed-out': 'unreachable',
};

/** What a room's own words make of it, or what the connection to it failed with. */
const stateFor = (thrown: unknown): RoomState =>
	thrown instanceof TooLong ? 'flooding' : thrown instanceof BautaError ? (states[thrown.code] ?? 'refused') : 'refused';

/** One service, over one session. */
export class RoomService {
	readonly #service: XmppService;
	readonly #clock: Clock;
	readonly #take: Take;
	readonly #onLoss: (topic: string) => void;
	readonly #session: GuestSession;
	/** by bare JID */
	readonly #rooms = new Map<string, WatchedRoom>();
	#timer: NodeJS.Timeout | undefined;
	/** why the service as a whole is not read, where that is so */
	#fault: RoomState | null = null;
	/** the server's clock, and when it was read by the steady one, ms: what arrives is dated by it (docs/protocol.md §0) */
	#serverClock: { now: number; readAt: number } | null = null;

	constructor(service: XmppService, take: Take, clock: Clock, patience: Patience, onLoss: (topic: string) => void) {
		this.#service = service;
		this.#clock = clock;
		this.#take = take;
		this.#onLoss = onLoss;
		const listener = {
			onReady: () => this.#begin(),
			onStanza: (stanza: XmlElement) => this.#hear(stanza),
			onEnd: (why: RoomState) => this.#lose(why),
		};
		this.#session = new GuestSession(service.websocket, service.guests, listener, clock, patience);
	}

	add(jid: string, topic: string): void {
		const room: WatchedRoom = {
			jid,
			topic,
			state: 'connecting',
			last: null,
			pageSize,
			nextLook: 0,
			nextQuestion: 0,
			occupant: '',
			isLive: false,
		};
		this.#rooms.set(jid, room);
		this.#session.start();
		if (this.#session.isReady) this.#lookSoon();
	}

	remove(jid: string): void {
		const room = this.#rooms.get(jid);
		if (room?.occupant) this.#session.send(leaveRoom(room.occupant));
		this.#rooms.delete(jid);
		if (this.#rooms.size === 0) this.stop();
	}

	stateOf(jid: string): RoomState {
		return this.#fault ?? this.#rooms.get(jid)?.state ?? 'connecting';
	}

	stop(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		for (const { occupant } of this.#rooms.values()) if (occupant) this.#session.send(leaveRoom(occupant));
		this.#session.stop();
		this.#fault = null;
	}

	#lose(why: RoomState): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#fault = why;
		for (const room of this.#rooms.values()) {
			room.occupant = '';
			room.isLive = false;
			this.#onLoss(room.topic);
		}
	}

	#begin(): void {
		this.#fault = null;
		for (const room of this.#rooms.values()) Object.assign(room, { nextLook: 0, nextQuestion: 0 });
		this.#lookSoon();
		void this.#readClock();
	}

	/** XEP-0202. A server that shows no clock leaves the notifier's own. */
	async #readClock(): Promise<void> {
		this.#serverClock = null;
		const { answer } = await this.#session.ask((id) => askTime(id, this.#service.guests)).catch(() => ({ answer: null }));
		const now = answer && clockIn(answer);
		if (now !== null) this.#serverClock = { now: now * 1000, readAt: this.#clock.steady() };
	}

	/** Unix seconds */
	#arrival(): number {
		const server = this.#serverClock;
		return Math.floor((server ? server.now + this.#clock.steady() - server.readAt : this.#clock.now()) / 1000);
	}

	#lookSoon(ms = 0): void {
		if (this.#timer !== undefined && ms > 0) return;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#lookAtAll(), ms);
	}

	/** Looks at each room that is due, one after the other; when, depends on the clock alone. */
	async #lookAtAll(): Promise<void> {
		this.#timer = undefined;
		for (const room of [...this.#rooms.values()]) {
			if (!this.#session.isReady) return;
			if (this.#rooms.get(room.jid) !== room || this.#clock.steady() < room.nextLook) continue;
			room.nextLook = this.#clock.steady() + this.#service.pollSeconds * 1000;
			try {
				if (this.#service.way === 'archive') await this.#readArchive(room);
				else if (!room.occupant) await this.#enter(room);
			} catch (thrown) {
				if (thrown instanceof TooLong && room.pageSize > smallPageSize) {
					room.pageSize = smallPageSize;
					continue;
				}
				room.state = stateFor(thrown);
				if (room.state !== 'unreachable') room.nextLook = this.#clock.steady() + secondLookMs;
			}
		}
		if (this.#session.isReady && this.#rooms.size > 0) this.#lookSoon(Math.min(1000, this.#service.pollSeconds * 1000));
	}

	/** Throws what closes the room. */
	async #askAbout(room: WatchedRoom): Promise<XmlElement> {
		const { answer } = await this.#session.ask((id) => askInfo(id, room.jid));
		const closed = judgeInfo(answer, '');
		if (closed) throw new BautaError(closed.reason);
		return answer;
	}

	async #readArchive(room: WatchedRoom): Promise<void> {
		// it may say no-anonymous later on, too
		if (room.state !== 'watching' || this.#clock.steady() >= room.nextQuestion) {
			const hasArchive = hasFeature(await this.#askAbout(room), names.archive);
			room.nextQuestion = this.#clock.steady() + secondLookMs;
			if (room.state === 'watching') room.pageSize = pageSize;
			if (!hasArchive) {
				room.state = 'no-archive';
				room.nextLook = room.nextQuestion;
				return;
			}
		}
		const { answer, before } = await this.#session.ask((id) => askArchive(id, room.jid, room.pageSize, ''));
		if (isError(answer)) throw refusal(answer, archiveRefusals);
		const messages = before.flatMap((stanza) => {
			const shown = readShown(stanza, room.jid);
			return shown && 'message' in shown ? [{ stanza, id: shown.message.id }] : [];
		});
		const isFirst = room.last === null;
		const fresh = messages.slice(messages.findIndex(({ id }) => id === room.last) + 1);
		room.last = messages.at(-1)?.id ?? room.last ?? '';
		room.state = 'watching';
		if (isFirst) return;
		for (const { stanza } of fresh) this.#take(room.topic, () => this.#read(stanza));
	}

	#read(stanza: XmlElement) {
		return readRoomMessage(readMessage(stanza, this.#arrival()));
	}

	async #enter(room: WatchedRoom): Promise<void> {
		// to join a room that is not there would make it
		await this.#askAbout(room);
		room.occupant = `${room.jid}/notifier-${newId()
			.replace(/[^a-z0-9]/gi, '')
			.slice(0, 6)
			.toLowerCase()}`;
		room.isLive = false;
		this.#session.send(joinRoom(room.occupant));
	}

	/** Out of the room, with a reason: by itself, or as the room wants it. A moderator who puts the notifier out has an hour's peace. */
	#leave(room: WatchedRoom, state: RoomState, isOut: boolean): void {
		if (!isOut) this.#session.send(leaveRoom(room.occupant));
		room.occupant = '';
		room.isLive = false;
		room.state = state;
		room.nextLook = this.#clock.steady() + secondLookMs;
		this.#onLoss(room.topic);
	}

	/** What comes unasked: a room that the notifier is in. */
	#hear(stanza: XmlElement): void {
		const room = this.#rooms.get(bareJid(attribute(stanza, 'from')));
		if (!room?.occupant) return;
		if (stanza.name === 'presence') this.#hearPresence(room, stanza);
		else if (stanza.name === 'message') this.#hearMessage(room, stanza);
	}

	/** Of what other occupants send it in private nothing counts, nor of what they call an error: whoever is in the room could put it out. */
	#hearMessage(room: WatchedRoom, stanza: XmlElement): void {
		const isOfRoom = attribute(stanza, 'from') === room.jid;
		if (isError(stanza)) {
			if (isOfRoom) this.#leave(room, 'refused', false);
			return;
		}
		if (attribute(stanza, 'type') !== 'groupchat') return;
		const body = childOf(stanza, 'body', names.client);
		const subject = body ? undefined : childOf(stanza, 'subject', names.client);
		if (subject) {
			room.isLive = true;
			if (forbidsAnonymous(textOf(subject) ?? '')) this.#leave(room, 'no-anonymous', false);
		} else if (room.isLive && body && !isOfRoom && (textOf(body) ?? '') !== '') {
			// a room without an archive gives its messages no id
			this.#take(room.topic, () => this.#read(stanza));
		}
	}

	#hearPresence(room: WatchedRoom, presence: XmlElement): void {
		const codes = statusesIn(presence);
		const isOwn = attribute(presence, 'from') === room.occupant || codes.has('110');
		if (!isOwn) return;
		if (isError(presence)) this.#leave(room, stateFor(refusal(presence, joinRefusals)), true);
		else if (attribute(presence, 'type') === 'unavailable') this.#leave(room, 'refused', true);
		else if (codes.has('201')) {
			void this.#session.ask((id) => destroyRoom(id, room.jid)).catch(() => {});
			this.#leave(room, 'gone', false);
		} else {
			// the room may have changed the name
			room.occupant = attribute(presence, 'from');
			room.state = 'watching';
		}
	}
}
