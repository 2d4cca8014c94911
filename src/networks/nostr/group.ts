import { BautaError } from '../../messages/errors.ts';
import { drawTime, waitFor } from '../../platform/random-time.ts';
import type { Author } from '../network.ts';
import type { Pace } from '../pace.ts';
import type { RelayConnection } from './connection.ts';
import { isForMembers } from './refusal.ts';
import { signEvent, xHex } from './sign.ts';
import { eventFrame } from './wire/frames.ts';
import { gateJoin } from './wire/gate.ts';
import { groupOf } from './wire/nip29.ts';
import type { Room } from './wire/room.ts';
import { joinTemplate } from './wire/template.ts';

/** Who has just asked to join is a member a moment later. So often the message is sent, with such pauses, ms. */
const tries = 4;
const pauseMs = [700, 1400] as const;

/** Asks to join the room's group with the message's own key (NIP-29). Throws the relay's refusal. */
export async function joinGroup(
	connection: RelayConnection,
	room: Room,
	author: Author,
	now: number,
	signal: AbortSignal,
	pace: Pace,
): Promise<void> {
	const group = groupOf(room.value);
	const request = signEvent(joinTemplate(xHex(author), group, now), author);
	const frame = eventFrame(request);
	gateJoin(frame, { author: xHex(author), group, createdAt: now });
	await connection.join(frame, request, author, now, signal, pace);
	await pace.step(signal);
}

/** Runs `publish` as somebody who has just joined: what is refused to strangers is tried again. Throws what it throws in the end. */
export async function asNewMember<T>(publish: () => Promise<T>, signal: AbortSignal): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await publish();
		} catch (thrown) {
			if (attempt === tries || !(thrown instanceof BautaError) || !isForMembers(thrown)) throw thrown;
			await waitFor(drawTime(...pauseMs), signal);
		}
	}
}

/** A refusal as people are told of it: where only members write, they are asked whether each message's key may join. */
export const groupFault = (fault: BautaError, hasJoined: boolean): BautaError =>
	!hasJoined && isForMembers(fault) ? new BautaError('group-join-unasked', fault.detail) : fault;
