import { BautaError } from '../../messages/errors.ts';
import { drawTime, waitFor } from '../../platform/random-time.ts';
import { withTimeLimit } from '../../platform/time-limit.ts';
import type { Author } from '../network.ts';
import type { Pace } from '../pace.ts';
import type { RelayConnection } from './connection.ts';
import { isForMembers } from './refusal.ts';
import { signEvent, xHex } from './sign.ts';
import { eventFrame } from './wire/frames.ts';
import { gateMembership } from './wire/gate.ts';
import type { Event } from './wire/nip01.ts';
import { groupOf } from './wire/nip29.ts';
import type { Room } from './wire/room.ts';
import { type MembershipRequest, membershipKinds, membershipTemplate } from './wire/template.ts';

/** Who has just asked to join is a member a moment later. So often the message is sent, with such pauses, ms. */
const tries = 4;
const pauseMs = [700, 1400] as const;

/** how long the relay's answer to a request to leave is waited for */
const leaveMs = 6000;

/** A request by the message's own key, and its frame, after the last look at it. */
function requestOf(kind: MembershipRequest, room: Room, author: Author, now: number): { frame: string; request: Event } {
	const group = groupOf(room.value);
	const request = signEvent(membershipTemplate(kind, xHex(author), group, now), author);
	const frame = eventFrame(request);
	gateMembership(frame, { kind: membershipKinds[kind], author: xHex(author), group, createdAt: now });
	return { frame, request };
}

/**
 * Asks to join the room's group with the message's own key (NIP-29). Throws the relay's refusal. Returns how the key leaves again, as late as a
 * guest leaves a room, so that no member is left behind for each message. That never throws: whatever the relay says, nothing more can be done.
 * `pace`: the connection's.
 */
export async function joinGroup(
	connection: RelayConnection,
	room: Room,
	author: Author,
	now: number,
	signal: AbortSignal,
	pace: Pace,
): Promise<() => Promise<void>> {
	const begin = performance.now();
	const { frame, request } = requestOf('join', room, author, now);
	await connection.join(frame, request, author, now, signal);
	await connection.step(signal);
	return async () => {
		await pace.linger();
		const later = now + Math.round((performance.now() - begin) / 1000);
		const leave = requestOf('leave', room, author, later);
		const publish = (limit: AbortSignal) => connection.publish(leave.frame, leave.request, author, later, limit);
		await withTimeLimit({ ms: leaveMs, detail: 'leave' }, publish).catch(() => {});
	};
}

/** Publishes as somebody who has just joined: what is refused to strangers is tried again. Throws what `publish` throws in the end. */
export async function asNewMember<T>(connection: RelayConnection, publish: () => Promise<T>, signal: AbortSignal): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await publish();
		} catch (thrown) {
			if (attempt === tries || !(thrown instanceof BautaError) || !isForMembers(thrown)) throw thrown;
			// everyone sees the time from the request to the message, so no answer's way may be in it
			await connection.step(signal);
			await waitFor(drawTime(...pauseMs), signal);
		}
	}
}

/** A refusal as people are told of it: where only members write, they are asked whether each message's key may join. */
export const groupFault = (fault: BautaError, hasJoined: boolean): BautaError =>
	!hasJoined && isForMembers(fault) ? new BautaError('group-join-unasked', fault.detail) : fault;
