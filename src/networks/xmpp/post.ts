import { BautaError } from '../../messages/errors.ts';
import { withTimeLimit } from '../../platform/time-limit.ts';
import { bareJid } from '../../protocol/room.ts';
import { boundClock } from '../clock-bounds.ts';
import type { Post, Receipt, Sealed } from '../network.ts';
import { Pace } from '../pace.ts';
import { idInArchive, JoinHistory } from './answered.ts';
import { type Joined, join } from './join.ts';
import { judgeInfo } from './room-info.ts';
import { routeOf } from './route.ts';
import { openSession } from './stream/session.ts';
import type { Stream } from './stream/stream.ts';
import { passMessage } from './wire/gate.ts';
import { roomJid } from './wire/jid.ts';
import { names } from './wire/namespaces.ts';
import { isError, messageRefusals, refusal } from './wire/refusals.ts';
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

/** One message under an identity that nobody has met and nobody will meet again. */
export async function post(order: Post): Promise<Receipt> {
	const { room: roomId, access, hints, channel, signal, isHasty, original, onReceipt, seal } = order;
	const room = roomJid(roomId);
	const { endpoint, anonymousHost } = routeOf(access);
	return withTimeLimit({ ms: postMs, signal, detail: 'post' }, async (until) => {
		const pace = new Pace(isHasty);
		const session = await openSession(channel, endpoint, anonymousHost, room, until, pace);
		let occupant = '';
		try {
			// joining a room that is gone would make it anew
			const closure = judgeInfo(session.about, hints.topic ?? '');
			if (closure) throw new BautaError(closure.reason, closure.detail);
			const archiveId = original ? await idInArchive(session, room, original, until, pace) : '';
			const history = archiveId === null ? new JoinHistory(room) : undefined;
			const membership = await join(session, room, until, pace, history);
			occupant = membership.occupant;
			const answeredId = archiveId ?? (original && history ? history.idOf(original) : '');
			await pace.pause(until);
			const clock = boundClock(clockNow(membership), anonymousHost);
			const message = await seal(clock);
			const sendTime = Date.now();
			pace.mark();
			const reflection = await sendAndSee(session.stream, room, occupant, message, answeredId, until);
			const stanzaId = childrenOf(reflection, 'stanza-id', names.stanzaId).find((one) => attribute(one, 'by') === room);
			const receipt = {
				id: attribute(reflection, 'id'),
				archiveId: stanzaId ? attribute(stanzaId, 'id') : '',
				time: clock ?? Math.floor(sendTime / 1000),
			};
			// whether it could be noted or not, the guest has to leave
			await onReceipt?.(receipt).catch(() => {});
			return receipt;
		} finally {
			// of one's own time, whatever happened: a guest that leaves when the room answers shows the way, too
			if (occupant !== '') await pace.linger();
			await session.stream.close(occupant === '' ? [] : [writeXml(leaveRoom(occupant))]);
		}
	});
}
