import { BautaError } from '../../messages/errors.ts';
import { unlessAborted, withTimeLimit } from '../../platform/time-limit.ts';
import { type AnsweredMessage, pickAnswered, replyNotShown } from '../answered.ts';
import { isDoubt } from '../doubt.ts';
import type { Author, Post, Receipt, Sealed } from '../network.ts';
import { Pace } from '../pace.ts';
import { isOfRoom } from './archive.ts';
import { relayClock } from './clock.ts';
import { RelayConnection, WorkWanted } from './connection.ts';
import { asNewMember, groupFault, joinGroup } from './group.ts';
import { findCounter } from './proof-of-work.ts';
import { isForMembers } from './refusal.ts';
import { type NostrRoute, routeOf } from './route.ts';
import { signEvent, xHex } from './sign.ts';
import { eventFrame } from './wire/frames.ts';
import { gateEvent } from './wire/gate.ts';
import { asEvent, type Event } from './wire/nip01.ts';
import { maxBits, nonceTag, usualBits, workOrder } from './wire/nip13.ts';
import { type Room, roomOfId } from './wire/room.ts';
import type { Reply } from './wire/room-kind.ts';
import { kindOf } from './wire/room-kinds.ts';
import { template } from './wire/template.ts';

/** how long the others are waited for once one relay has it */
const grace = 3000;
/** how long a relay may take to show the message that is answered */
const answeredMs = 5000;
/** so many of the room's newest messages are looked through for one that says the same */
const newestCount = 100;
/** sockets older than this may have been closed meanwhile, so new ones are opened */
const freshFor = 10_000;

/** What became of the event at one relay. `unknown`: it may have it. */
type Outcome = { relay: string; state: 'has it' } | { relay: string; state: 'refused' | 'unknown'; fault: BautaError };

/** Posts one message under the key that `seal` chose, to all of the room's relays at once, each over a socket of its own. */
export async function post(order: Post): Promise<Receipt> {
	const route = routeOf(order.access);
	const room = roomOfId(order.room);
	const pace = new Pace(order.isHasty);
	const clock = (await relayClock(order.channel, route.relays, order.signal)) ?? Math.floor(Date.now() / 1000);
	const readAt = performance.now();
	await pace.step(order.signal);
	let connections = new RelayConnections(order, route.relays);
	try {
		await connections.any();
		const reply = order.original ? await connections.answered(order.original, pace) : null;
		await pace.pause(order.signal);
		const now = clock + Math.round((performance.now() - readAt) / 1000);
		const openTime = performance.now();
		const complete = (message: Sealed) => finish(order, route, room, reply, message, now, route.bits);
		let message = await order.seal(now, complete);
		if (!message.event) message = await complete(message);
		if (performance.now() - openTime > freshFor) connections = connections.again();
		let outcomes = await connections.send(passGate(room, reply, message), now);
		const bits = wantedBits(outcomes);
		if (bits > 0 && message.author) {
			// No relay has the event, so the message may go out with more work on it. Once a relay has it, a second event would be a copy.
			const { event: _, ...bare } = message;
			const work = () => finish(order, route, room, reply, bare, now, bits);
			message = await (order.again ? order.again(work) : work());
			connections = connections.again();
			outcomes = await connections.send(passGate(room, reply, message), now);
		}
		const delivered = receipt(eventOf(message), outcomes);
		// whether it could be noted or not, the key has to leave the group
		await order.onReceipt?.(delivered).catch(() => {});
		return delivered;
	} finally {
		await connections.leaveGroups();
		connections.close();
	}
}

/**
 * The message with its event: the work is done, the event signed. What has an event already stays as it is.
 */
async function finish(
	order: Post,
	route: NostrRoute,
	room: Room,
	reply: Reply | null,
	message: Sealed,
	now: number,
	askedBits: number,
): Promise<Sealed> {
	if (message.event) return message;
	const bits = usualBits(askedBits);
	const author = authorOf(message);
	const draft = { room, author: xHex(author), text: message.text, wire: message.wire, createdAt: now, reply, root: route.root ?? null };
	const event = template(draft);
	if (bits > 0) {
		const start = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
		const progress = (tried: number) => order.progress?.(tried, 2 ** bits);
		const counter = await findCounter(order.channel, workOrder(event, bits), start, order.signal, progress);
		event.tags.push(nonceTag(counter, bits));
	}
	return { ...message, event: JSON.stringify(signEvent(event, author)) };
}

function authorOf(message: Sealed): Author {
	if (!message.author) throw new BautaError('internal', 'author');
	return message.author;
}

function eventOf(message: Sealed): Event {
	const event = asEvent(JSON.parse(message.event ?? 'null'));
	if (!event) throw new BautaError('internal', 'event');
	return event;
}

/** `author` is null where bytes made earlier are sent again: their key is dead, so no relay can be logged in to. */
interface GatedFrame {
	frame: string;
	event: Event;
	author: Author | null;
}

/** What is sent, after the last look at it. */
function passGate(room: Room, reply: Reply | null, message: Sealed): GatedFrame {
	const event = eventOf(message);
	const author = message.author ?? null;
	const frame = eventFrame(event);
	const bits = Number(event.tags.find((tag) => tag[0] === 'nonce')?.[2] ?? 0);
	const { text, wire } = message;
	gateEvent(frame, { room, author: author ? xHex(author) : event.pubkey, text, wire, createdAt: event.created_at, reply, bits });
	return { frame, event, author };
}

/** Least work that would make a relay take it, if no relay has it and none may have it. Throws `work-too-high`. */
function wantedBits(outcomes: Outcome[]): number {
	if (outcomes.some((one) => one.state !== 'refused')) return 0;
	const asked = outcomes.map((one) => ('fault' in one && one.fault instanceof WorkWanted ? one.fault.bits : 0)).filter((bits) => bits > 0);
	if (asked.length === 0) return 0;
	const least = Math.min(...asked);
	if (least > maxBits) throw new BautaError('work-too-high', String(least));
	return least;
}

/**
 * The receipt, if one relay shows the event. Throws `outbox-unsure` where one may have it, or what they themselves gave as the reason for doubt;
 * else the first refusal that a person can act on.
 */
function receipt(event: Event, outcomes: Outcome[]): Receipt {
	const showing = outcomes.filter((one) => one.state === 'has it').map((one) => one.relay);
	const failures = outcomes.flatMap((one) => ('fault' in one ? [one] : []));
	if (showing.length > 0) {
		const missed = failures.map(({ relay, fault: { code, detail } }) => ({ relay, code, detail }));
		return { id: event.id, archiveId: event.id, time: event.created_at, relays: { reached: showing, missed } };
	}
	const doubts = failures.filter(({ state }) => state === 'unknown').map(({ fault }) => fault);
	const [doubt] = doubts;
	if (doubt) throw doubts.every(({ code }) => isDoubt(code)) ? doubt : new BautaError('outbox-unsure', doubt.detail);
	const refusals = failures.map(({ fault }) => fault);
	throw refusals.find((fault) => !unreachedCodes.includes(fault.code)) ?? refusals[0] ?? new BautaError('server-down');
}
const unreachedCodes = ['server-down', 'proxy-down', 'timed-out', 'tls-failed', 'internal'];

/** Sockets to all of a room's relays, for one message. */
class RelayConnections {
	readonly #order: Post;
	readonly #relays: readonly string[];
	readonly #stop = new AbortController();
	readonly #signal: AbortSignal;
	readonly #open: Promise<RelayConnection>[];
	/** takes the message's key out of a group that it joined */
	readonly #leaves: (() => Promise<void>)[] = [];

	constructor(order: Post, relays: readonly string[]) {
		this.#order = order;
		this.#relays = relays;
		this.#signal = AbortSignal.any([order.signal, this.#stop.signal]);
		this.#open = relays.map((relay) => RelayConnection.open(order.channel, relay, this.#signal));
		for (const connection of this.#open) connection.catch(() => undefined);
	}

	/** Waits for the first socket. Throws the first relay's fault where none opens. */
	async any(): Promise<RelayConnection> {
		try {
			return await Promise.any(this.#open);
		} catch {
			if (this.#order.signal.aborted) throw new BautaError('cancelled');
			const faults = await Promise.all(this.#open.map((connection) => connection.catch((thrown: unknown) => thrown)));
			throw faults.find((fault) => fault instanceof BautaError) ?? new BautaError('server-down');
		}
	}

	/** Closes these sockets and opens new ones. */
	again(): RelayConnections {
		this.close();
		return new RelayConnections(this.#order, this.#relays);
	}

	/**
	 * The answered message, as every relay that answers shows it: what stands at one of them alone is not there for everybody, and a page could
	 * have put it on a relay of its own. `pace`: when it may be asked for. Throws `reply-not-shown`.
	 */
	async answered(original: AnsweredMessage, pace: Pace): Promise<Reply> {
		await pace.step(this.#signal);
		const answers = await Promise.allSettled(this.#open.map((connection) => this.#answeredAt(connection, original)));
		const [shown, ...others] = answers.filter((answer) => answer.status === 'fulfilled').map(({ value }) => value);
		if (this.#order.signal.aborted) throw new BautaError('cancelled');
		if (!shown || others.some((other) => other?.id !== shown.id)) throw replyNotShown();
		return { id: shown.id, author: shown.pubkey };
	}

	/**
	 * The answered message at one relay; null where it does not show it as a message of the room, or its author took it back (NIP-09). The
	 * room's newest are read with it, as the newest of equal ones is answered.
	 */
	async #answeredAt(opening: Promise<RelayConnection>, original: AnsweredMessage): Promise<Event | null> {
		return withTimeLimit({ ms: answeredMs, signal: this.#signal }, async (limit) => {
			const connection = await unlessAborted(opening, limit);
			const room = roomOfId(this.#order.room);
			const deletions = (id: string) => ({ kinds: [5], '#e': [id], limit: 20 });
			const newest = { ...kindOf(room).filter(room), limit: newestCount };
			const events = await connection.ask([{ ids: [original.id] }, deletions(original.id), newest], newestCount + 30, limit, answeredMs);
			const messages = events
				.filter((event) => isOfRoom(event, connection.url, this.#order.room))
				.sort((one, other) => one.created_at - other.created_at || (one.id < other.id ? -1 : 1));
			// of what is older than the newest only the one that was named is there; so it has to be known from an earlier read
			const position = messages.findIndex(({ id }) => id === original.id);
			if (messages.length - position > newestCount && !original.archived) return null;
			const pick = pickAnswered(
				original,
				messages.map(({ id, pubkey, content }) => ({ id, author: pubkey, body: content })),
			);
			const event = messages.find(({ id }) => id === pick);
			if (!event) return null;
			const taken = event.id === original.id ? events : await connection.ask([deletions(event.id)], 20, limit, answeredMs);
			return taken.some(({ kind, pubkey }) => kind === 5 && pubkey === event.pubkey) ? null : event;
		});
	}

	/** Sends to every relay. Waits for all of them, but no longer than `grace` once one has it. */
	async send(what: GatedFrame, now: number): Promise<Outcome[]> {
		let enough = () => {};
		const late = new Promise<void>((resolve) => {
			enough = resolve;
		});
		const outcomes = this.#relays.map((relay, at) => {
			const outcome = this.#one(relay, at, what, now);
			outcome.then((one) => one.state === 'has it' && setTimeout(enough, grace));
			const waited = late.then((): Outcome => ({ relay, state: 'unknown', fault: new BautaError('timed-out', new URL(relay).host) }));
			return Promise.race([outcome, waited]);
		});
		const all = await Promise.all(outcomes);
		enough();
		if (this.#order.signal.aborted && all.every((one) => one.state === 'refused')) throw new BautaError('cancelled');
		return all;
	}

	async #one(relay: string, at: number, what: GatedFrame, now: number): Promise<Outcome> {
		let connection: RelayConnection | undefined;
		let leave: (() => Promise<void>) | undefined;
		try {
			connection = await this.#open[at];
			if (!connection) throw new BautaError('internal');
			const pace = new Pace(this.#order.isHasty);
			const { frame, event, author } = what;
			const { access, room } = this.#order;
			// where the user lets the message's key do so
			if (routeOf(access).join && author) leave = await joinGroup(connection, roomOfId(room), author, now, this.#signal, pace);
			const publish = () => (connection as RelayConnection).publish(frame, event, author, now, this.#signal, pace);
			const notice = await (leave ? asNewMember(publish, this.#signal) : publish());
			await pace.step(this.#signal);
			await connection.confirm(event, notice, this.#signal);
			if (leave) this.#leaves.push(leave);
			return { relay, state: 'has it' };
		} catch (thrown) {
			const fault = this.#faultOf(thrown);
			const isUnknown = connection?.sent && !connection.refused;
			// what may have to be sent once more needs its membership, and whoever was not let in has none
			if (leave && !isUnknown && !isForMembers(fault)) this.#leaves.push(leave);
			return { relay, state: isUnknown ? 'unknown' : 'refused', fault };
		}
	}

	/** Has the message's key leave what it joined, where it is known what became of the message. Never throws. */
	async leaveGroups(): Promise<void> {
		await Promise.all(this.#leaves.map((leave) => leave()));
	}

	#faultOf(thrown: unknown): BautaError {
		if (!(thrown instanceof BautaError)) return new BautaError('internal');
		const isGroup = roomOfId(this.#order.room).nip === '29';
		return isGroup ? groupFault(thrown, routeOf(this.#order.access).join === true) : thrown;
	}

	close(): void {
		this.#stop.abort();
		for (const opening of this.#open) opening.then((connection) => connection.close()).catch(() => undefined);
	}
}
