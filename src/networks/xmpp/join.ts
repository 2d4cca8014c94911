import { BautaError } from '../../messages/errors.ts';
import { withTimeLimit } from '../../platform/time-limit.ts';
import { bareJid } from '../../protocol/room.ts';
import { forbidsAnonymous } from '../forbids-anonymous.ts';
import type { Pace } from '../pace.ts';
import type { JoinHistory } from './answered.ts';
import { newId, type Session } from './stream/session.ts';
import { resourceOf } from './wire/jid.ts';
import { clockIn, guestName } from './wire/messages.ts';
import { names } from './wire/namespaces.ts';
import { statusesIn } from './wire/presences.ts';
import { condition, isError, joinRefusals, refusal } from './wire/refusals.ts';
import { askTime, destroyRoom, joinRoom, leaveRoom } from './wire/stanzas.ts';
import { attribute, childOf, textOf, writeXml, type XmlElement } from './wire/xml.ts';

/** with thousands of people in the room, each of whom is told of before we are let in */
const joinMs = 30_000;
/** how long the topic and the clock may come after the room let us in; they were asked for before, and over BOSH may have to be asked for once more */
const restMs = 4000;
const tries = 5;
/** so much of a room's history is asked for where an answered message has to be looked for in it */
const historyLength = 50;

/** What joining a room told. */
export interface Joined {
	/** our own `room@host/nick`, as the room calls it */
	occupant: string;
	/** the server's clock when it was read, unix seconds, or null */
	clock: number | null;
	/** when it was read, ms on the clock of `performance` */
	readAt: number;
}

function role(presence: XmlElement): string {
	const user = childOf(presence, 'x', names.mucUser);
	const item = user && childOf(user, 'item', names.mucUser);
	return item ? attribute(item, 'role') : '';
}

interface Outcome {
	occupant?: string;
	/** joining made the room: it has to be destroyed again */
	isMade?: boolean;
	clock?: number | null;
	readAt?: number;
	topic?: string;
}

/** One stanza of what follows a join. Throws the room's refusal. */
function hear(stanza: XmlElement, room: string, occupant: string, timeId: string, outcome: Outcome): void {
	const from = attribute(stanza, 'from');
	if (stanza.name === 'iq' && attribute(stanza, 'id') === timeId) {
		outcome.clock = clockIn(stanza);
		outcome.readAt = performance.now();
	}
	if (bareJid(from) !== room) return;
	if (stanza.name === 'presence') {
		if (isError(stanza)) throw refusal(stanza, joinRefusals);
		// the room may have changed the nick (XEP-0045 §7.2.3): status 110 marks our own presence, whatever its name
		const codes = statusesIn(stanza);
		if (!codes.has('110') && from !== occupant) return;
		if (attribute(stanza, 'type') === 'unavailable') throw new BautaError('room-banned', condition(stanza));
		outcome.occupant = from;
		outcome.isMade = codes.has('201');
		if (outcome.isMade) throw new BautaError('room-gone');
		if (role(stanza) === 'visitor') throw new BautaError('room-moderated');
	} else if (stanza.name === 'message' && resourceOf(from) === '' && isError(stanza)) throw refusal(stanza, joinRefusals);
	// a riddle for people stands before the room (XEP-0158)
	else if (stanza.name === 'message' && childOf(stanza, 'captcha', names.captcha)) throw new BautaError('room-not-accepted', 'captcha');
	else if (stanza.name === 'message') {
		const subject = childOf(stanza, 'subject', names.client);
		if (subject) outcome.topic = textOf(subject) ?? '';
	}
}

/**
 * Leaves nothing behind: a room that our joining made is destroyed, any other is left. Whoever was let in leaves as late as one who has spoken.
 * It ends the session, also where the answer to our joining never came: we may be in the room all the same.
 */
async function undo({ stream }: Session, room: string, { occupant, isMade }: Outcome, asked: string, pace: Pace): Promise<void> {
	if (occupant !== undefined) await pace.linger();
	if (isMade)
		await withTimeLimit({ ms: restMs, detail: 'destroy' }, (until) => stream.send([writeXml(destroyRoom(newId(), room))], until)).catch(
			() => {},
		);
	await stream.close([writeXml(leaveRoom(occupant ?? asked))]);
}

async function joinAs(
	session: Session,
	room: string,
	nick: string,
	signal: AbortSignal,
	pace: Pace,
	history?: JoinHistory,
): Promise<Joined> {
	const occupant = `${room}/${nick}`;
	const timeId = newId();
	const outcome: Outcome = {};
	const hearNext = async (until: AbortSignal) => {
		const stanza = await session.stream.receive(until);
		history?.hear(stanza);
		hear(stanza, room, occupant, timeId, outcome);
	};
	await pace.step(signal);
	try {
		await withTimeLimit({ ms: joinMs, signal, detail: 'join' }, async (until) => {
			// together: the clock costs no round trip of its own
			await session.stream.send(
				[writeXml(askTime(timeId, session.host)), writeXml(joinRoom(occupant, history ? historyLength : 0))],
				until,
			);
			while (outcome.occupant === undefined) await hearNext(until);
		});
		await withTimeLimit({ ms: restMs, signal, detail: 'rest' }, async (until) => {
			while (outcome.topic === undefined || outcome.clock === undefined) await hearNext(until);
		}).catch((thrown) => {
			if (!(thrown instanceof BautaError) || thrown.code !== 'timed-out') throw thrown;
		});
		if (forbidsAnonymous(outcome.topic ?? '')) throw new BautaError('room-no-anonymous');
	} catch (thrown) {
		if (!(thrown instanceof BautaError) || thrown.code !== 'nick-conflict') await undo(session, room, outcome, occupant, pace);
		throw thrown;
	}
	return { occupant: outcome.occupant ?? occupant, clock: outcome.clock ?? null, readAt: outcome.readAt ?? performance.now() };
}

/** The nick of a guest: two words, and where that is taken a third one, at each further attempt another. */
export function nickOf(words: readonly string[], attempt: number): string {
	const further = attempt > 1 ? words.slice(attempt, attempt + 1) : [];
	return [guestName, ...words.slice(0, 2), ...further].join(' ');
}

/**
 * Joins under a nick of these words that nobody has, with no history but where `history` is to hear it, and reads the server's clock on the way.
 * Throws what the room refuses with:
 * `nick-conflict` after five names, `room-gone` also when there was no room (what came to be is destroyed again). Then the session is over.
 */
export async function join(
	session: Session,
	room: string,
	words: readonly string[],
	signal: AbortSignal,
	pace: Pace,
	history?: JoinHistory,
): Promise<Joined> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await joinAs(session, room, nickOf(words, attempt), signal, pace, history);
		} catch (thrown) {
			if (!(thrown instanceof BautaError) || thrown.code !== 'nick-conflict' || attempt === tries) throw thrown;
		}
	}
}
