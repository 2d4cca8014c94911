import { BautaError, type ErrorCode, networkFaults } from '../../messages/errors.ts';
import { drawTime } from '../../platform/random-time.ts';
import { isDoubt } from '../doubt.ts';
import type { Author, Post, Receipt, Sealed } from '../network.ts';
import { Pace } from '../pace.ts';
import { relayClock } from './clock.ts';
import { WorkWanted } from './connection.ts';
import { findCounter } from './proof-of-work.ts';
import { type GatedFrame, type Outcome, RelayConnections } from './relay-connections.ts';
import { type NostrRoute, routeOf } from './route.ts';
import { signEvent, xHex } from './sign.ts';
import { eventFrame } from './wire/frames.ts';
import { gateEvent } from './wire/gate.ts';
import { asEvent, type Event } from './wire/nip01.ts';
import { maxBits, nonceTag, usualBits, workOrder } from './wire/nip13.ts';
import { type Room, roomOfId } from './wire/room.ts';
import type { Reply } from './wire/room-kind.ts';
import { template } from './wire/template.ts';

/** sockets older than this may have been closed meanwhile, so new ones are opened */
const freshFor = 10_000;

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
		pace.mark();
		const reply = order.original ? await connections.answered(order.original, pace) : null;
		await pace.pause(order.signal);
		const now = clock + Math.round(drawAge(performance.now() - readAt, order.isHasty) / 1000);
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
		await connections.leave();
	}
}

/**
 * When an event is dated, in ms after the relay's clock was read: some time between then and now, at `now` where nothing may wait. A date of this
 * very second would show everyone, beside the moment at which the event arrives, how long it was on its way (THREATS.md T5).
 */
const drawAge = (now: number, isHasty = false): number => (isHasty ? now : drawTime(0, now));

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
const unreachedCodes: ErrorCode[] = [...networkFaults, 'internal'];
