import { BautaError, type ErrorCode, faultOf } from '../../messages/errors.ts';
import { withTimeLimit } from '../../platform/time-limit.ts';
import { bareJid } from '../../protocol/room.ts';
import { boundClock } from '../clock-bounds.ts';
import type { Post, Receipt, Sealed } from '../network.ts';
import { Pace } from '../pace.ts';
import { idInArchive, JoinHistory } from './answered.ts';
import { type Joined, join } from './join.ts';
import { routeOf } from './route.ts';
import { openSession, type Session } from './stream/session.ts';
import type { Endpoint, Stream } from './stream/stream.ts';
import { passMessage } from './wire/gate.ts';
import { roomJid } from './wire/jid.ts';
import { names } from './wire/namespaces.ts';
import { isError, messageRefusals, refusal } from './wire/refusals.ts';
import { judgeInfo } from './wire/room-info.ts';
import { groupMessage, leaveRoom } from './wire/stanzas.ts';
import { attribute, childOf, childrenOf, textOf, writeXml, type XmlElement } from './wire/xml.ts';

const postMs = 120_000;
/** how long the room may take to show the message */
const showMs = 30_000;

/** Is this our message as the room shows it to everybody? Throws the room's refusal. */
function isReflection(stanza: XmlElement, room: string, occupant: string, message: Sealed): boolean {
	if (stanza.name !== 'message' || bareJid(attribute(stanza, 'from')) !== room) return false;
	if (isError(stanza)) {
		if (attribute(stanza, 'id') === message.id) throw new Refused(refusal(stanza, messageRefusals));
		return false;
	}
	if (attribute(stanza, 'from') !== occupant || attribute(stanza, 'type') !== 'groupchat') return false;
	const body = childOf(stanza, 'body', names.client);
	const anonymous = childOf(stanza, 'anonymous', names.bauta);
	if (anonymous && textOf(anonymous) === message.wire && body && textOf(body) === message.text) return true;
	// this occupant sent one message and no other: so the room changed it
	if (body) throw new Refused(new BautaError('room-not-accepted', 'changed'));
	return false;
}

/** The server said what became of the message; any other fault after sending leaves that open. */
class Refused extends Error {
	readonly fault: BautaError;
	constructor(fault: BautaError) {
		super(fault.message);
		this.fault = fault;
	}
}

/** `answeredId`: the room's own id of the message that is answered, or '' */
async function sendAndSee(
	stream: Stream,
	room: string,
	occupant: string,
	message: Sealed,
	answeredId: string,
	signal: AbortSignal,
): Promise<XmlElement> {
	const frame = writeXml(groupMessage(room, message.id, message.text, message.wire, answeredId));
	passMessage(frame, { ...message, room, replyTo: answeredId });
	try {
		return await withTimeLimit({ ms: showMs, signal }, async (until) => {
			await stream.send([frame], until);
			for (;;) {
				const stanza = await stream.receive(until);
				if (isReflection(stanza, room, occupant, message)) return stanza;
			}
		});
	} catch (thrown) {
		if (thrown instanceof Refused) throw thrown.fault;
		const stated = thrown instanceof BautaError ? thrown : new BautaError('internal');
		// the server itself says why it ended the stream
		if (stated.code === 'policy-violation') throw stated;
		throw new BautaError('outbox-unsure', stated.code);
	}
}

/** The server's clock now, unix seconds; null where it shows none. */
const clockNow = ({ clock, readAt }: Joined): number | null => clock && clock + Math.round((performance.now() - readAt) / 1000);

/** A guest who is in the room. */
interface Visit {
	session: Session;
	membership: Joined;
	/** the room's own id of the message that is answered, as its archive has it; null where its history on joining has to tell */
	archiveId: string | null;
	history: JoinHistory | undefined;
}

/** Faults of a connection, and not of the room: the other kind of endpoint may have none. */
const connectionFaults: ErrorCode[] = [
	'server-down',
	'proxy-down',
	'timed-out',
	'bad-answer',
	'no-endpoint',
	'auth-required',
	'host-permission',
];

/** Logs in at one endpoint and joins. Throws what either fails with; then nobody is in the room any more. */
async function enterAt(endpoint: Endpoint, order: Post, anonymousHost: string, signal: AbortSignal, pace: Pace): Promise<Visit> {
	const { channel, hints, original } = order;
	const room = roomJid(order.room);
	const session = await openSession(channel, endpoint, anonymousHost, room, signal, pace);
	try {
		// joining a room that is gone would make it anew
		const closure = judgeInfo(session.about, hints.topic ?? '');
		if (closure) throw new BautaError(closure.reason, closure.detail);
		const archiveId = original ? await idInArchive(session, room, original, signal, pace) : '';
		const history = archiveId === null ? new JoinHistory(room) : undefined;
		order.onEnter?.();
		return { session, membership: await join(session, room, order.words, signal, pace, history), archiveId, history };
	} catch (thrown) {
		await session.stream.close([]);
		throw thrown;
	}
}

/** The same at the next endpoint where the connection to one fails. Nothing was handed over yet. */
async function enter(order: Post, signal: AbortSignal, pace: Pace): Promise<Visit> {
	const { endpoint, others = [], anonymousHost } = routeOf(order.access);
	let fault: unknown = null;
	for (const each of [endpoint, ...others]) {
		try {
			return await enterAt(each, order, anonymousHost, signal, pace);
		} catch (thrown) {
			if (signal.aborted || !connectionFaults.includes(faultOf(thrown).code)) throw thrown;
			fault ??= thrown;
		}
	}
	throw fault;
}

/** Says what the guest came to say. The text is held in here alone: nothing of it lives on while the guest stays a while (THREATS.md S3). */
async function speak(order: Post, { session, membership, archiveId, history }: Visit, signal: AbortSignal, pace: Pace): Promise<Receipt> {
	const { access, original, onReceipt, seal } = order;
	const room = roomJid(order.room);
	const answeredId = archiveId ?? (original && history ? history.idOf(original) : '');
	await pace.pause(signal);
	const clock = boundClock(clockNow(membership), routeOf(access).anonymousHost);
	const message = await seal(clock);
	const sendTime = Date.now();
	const reflection = await sendAndSee(session.stream, room, membership.occupant, message, answeredId, signal);
	const stanzaId = childrenOf(reflection, 'stanza-id', names.stanzaId).find((one) => attribute(one, 'by') === room);
	const receipt = {
		id: attribute(reflection, 'id'),
		archiveId: stanzaId ? attribute(stanzaId, 'id') : '',
		time: clock ?? Math.floor(sendTime / 1000),
	};
	// whether it could be noted or not, the guest has to leave
	await onReceipt?.(receipt).catch(() => {});
	return receipt;
}

/** One message under an identity that nobody has met and nobody will meet again. */
export async function post(order: Post): Promise<Receipt> {
	return withTimeLimit({ ms: postMs, signal: order.signal, detail: 'post' }, async (until) => {
		const pace = new Pace(order.isHasty);
		const visit = await enter(order, until, pace);
		try {
			return await speak(order, visit, until, pace);
		} finally {
			// of one's own time, whatever happened: a guest that leaves when the room answers shows the way, too
			await pace.linger();
			await visit.session.stream.close([writeXml(leaveRoom(visit.membership.occupant))]);
		}
	});
}
