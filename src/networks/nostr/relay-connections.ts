import { BautaError } from '../../messages/errors.ts';
import { waitFor } from '../../platform/random-time.ts';
import { unlessAborted, withTimeLimit } from '../../platform/time-limit.ts';
import { type AnsweredMessage, pickAnswered, replyNotShown } from '../answered.ts';
import type { Author, Post } from '../network.ts';
import { Pace } from '../pace.ts';
import { isOfRoom } from './archive.ts';
import { RelayConnection } from './connection.ts';
import { asNewMember, groupFault, joinGroup } from './group.ts';
import { isForMembers } from './refusal.ts';
import { routeOf } from './route.ts';
import type { Event } from './wire/nip01.ts';
import { roomOfId } from './wire/room.ts';
import type { Reply } from './wire/room-kind.ts';
import { kindOf } from './wire/room-kinds.ts';

/** how long the others are waited for once one relay has it */
const grace = 3000;
/** how long a relay may take to show the message that is answered; most of it is pauses */
const answeredMs = 12_000;
/** so many of the room's newest messages are looked through for one that says the same */
const newestCount = 100;

/** What became of the event at one relay. `unknown`: it may have it. */
export type Outcome = { relay: string; state: 'has it' } | { relay: string; state: 'refused' | 'unknown'; fault: BautaError };

/** `author` is null where bytes made earlier are sent again: their key is dead, so no relay can be logged in to. */
export interface GatedFrame {
	frame: string;
	event: Event;
	author: Author | null;
}

/** Sockets to all of a room's relays, for one message. */
export class RelayConnections {
	readonly #order: Post;
	readonly #relays: readonly string[];
	readonly #stop = new AbortController();
	readonly #signal: AbortSignal;
	readonly #open: Promise<RelayConnection>[];
	readonly #paces: Pace[];
	/** takes the message's key out of a group that it joined */
	readonly #leaves: (() => Promise<void>)[] = [];

	constructor(order: Post, relays: readonly string[]) {
		this.#order = order;
		this.#relays = relays;
		this.#signal = AbortSignal.any([order.signal, this.#stop.signal]);
		this.#paces = relays.map(() => new Pace(order.isHasty));
		this.#open = relays.map((relay, at) => RelayConnection.open(order.channel, relay, this.#signal, this.#paces[at]));
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
		await pace.settle(this.#signal);
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
			if (event.id !== original.id) await connection.step(limit);
			const taken = event.id === original.id ? events : await connection.ask([deletions(event.id)], 20, limit, answeredMs);
			return taken.some(({ kind, pubkey }) => kind === 5 && pubkey === event.pubkey) ? null : event;
		});
	}

	/** Sends to every relay. Waits for all of them, but no longer than `grace` once one has it and the last was sent it. */
	async send(what: GatedFrame, now: number): Promise<Outcome[]> {
		let enough = () => {};
		const late = new Promise<void>((resolve) => {
			enough = resolve;
		});
		const spread = new Pace(this.#order.isHasty).spread(this.#relays.length);
		const outcomes = this.#relays.map((relay, at) => {
			const outcome = this.#one(relay, at, what, now, spread[at] ?? 0);
			outcome.then((one) => one.state === 'has it' && setTimeout(enough, grace + Math.max(...spread)));
			const waited = late.then((): Outcome => ({ relay, state: 'unknown', fault: new BautaError('timed-out', new URL(relay).host) }));
			return Promise.race([outcome, waited]);
		});
		const all = await Promise.all(outcomes);
		enough();
		if (this.#order.signal.aborted && all.every((one) => one.state === 'refused')) throw new BautaError('cancelled');
		return all;
	}

	/** `late`: so many ms after the first relay */
	async #one(relay: string, at: number, what: GatedFrame, now: number, late: number): Promise<Outcome> {
		let connection: RelayConnection | undefined;
		let leave: (() => Promise<void>) | undefined;
		try {
			connection = await this.#open[at];
			const pace = this.#paces[at];
			if (!connection || !pace) throw new BautaError('internal');
			if (late > 0) await waitFor(late, this.#signal);
			const { frame, event, author } = what;
			const { access, room } = this.#order;
			// where the user lets the message's key do so
			if (routeOf(access).join && author) leave = await joinGroup(connection, roomOfId(room), author, now, this.#signal, pace);
			const publish = () => (connection as RelayConnection).publish(frame, event, author, now, this.#signal);
			const notice = await (leave ? asNewMember(connection, publish, this.#signal) : publish());
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

	/**
	 * Has the message's key leave what it joined, where it is known what became of the message, and closes: no connection right behind an answer,
	 * which would show its relay how far the author is. Never throws.
	 */
	async leave(): Promise<void> {
		await Promise.all(this.#leaves.map((leave) => leave()));
		const opened = (opening: Promise<RelayConnection>) => Promise.race([opening, null]).catch(() => null);
		await Promise.all(this.#open.map(async (opening) => (await opened(opening))?.step(this.#signal))).catch(() => {});
		this.close();
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
