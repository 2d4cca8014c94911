import { type ErrorCode, networkFaults } from '../../messages/errors.ts';
import type { Fault } from '../../messages/rooms.ts';
import { isDoubt } from '../../networks/doubt.ts';
import { slotOf } from '../../protocol/envelope.ts';
import type { ArchiveAnswer } from './archive-answer.ts';
import type { Entry, StoredBytes } from './entry.ts';

/**
 * `delay`: how long an entry waits from `now` (by `steadyNow`) on where it has to leave once more, ms. It is drawn for this entry alone: what was
 * stopped by one thing must not go on in one row (THREATS.md T1).
 */
interface FreshDelay {
	now: number;
	delay: number;
}

/** What can happen to an entry. Times and what is drawn at random come in with the event. */
export type OutboxEvent =
	/** it is due, and its delivery begins */
	| { kind: 'started' }
	/** the bytes are fixed and leave as soon as this is written down */
	| { kind: 'handed-over'; bytes: StoredBytes }
	/** no server took the bytes: they are made anew, with more work (NIP-13) */
	| { kind: 'taken-back' }
	/** the room shows the message, or enough relays have it */
	| { kind: 'delivered' }
	/** its delivery failed. `isSeen`: when the room may have seen a guest come for it */
	| ({ kind: 'fault'; fault: Fault; isSeen?: boolean } & FreshDelay)
	/** its time is over and it could not leave: it waited for the unlock, for the computer to wake up, or for another message */
	| ({ kind: 'put-off'; isLate?: boolean } & FreshDelay)
	/** the worker ended while it was busy with the entry */
	| ({ kind: 'worker-died' } & FreshDelay)
	/** the room's archive was asked for the bytes */
	| ({ kind: 'archive'; answer: ArchiveAnswer } & FreshDelay)
	/** the user takes it back */
	| { kind: 'cancelled' }
	/** the user asks for another try, with `withoutReply` as a message that answers none */
	| ({ kind: 'retried'; withoutReply?: boolean } & FreshDelay)
	/** it comes from another vault, which was set aside */
	| { kind: 'brought-over' };

/** Tries before an entry is the user's. */
export const tryLimit = 5;
/** How often the account's own messages may put an entry off: a page with a server of its own must not choose when it leaves. */
export const holdLimit = 3;
/** How often in a row it is put off because it is overdue: alarms that are always late must not keep it for ever. */
export const lateLimit = 2;
/** How often a guest may come to the room and leave it without a word: what fails there fails again, and everybody sees it. */
const visitLimit = 1;

/** Whether the server or Bauta's own gate said no: then the bytes are not in the room. After any other fault they may be. */
const isRefusal = (code: ErrorCode): boolean =>
	(/^(room-|group-|text-|rate-|relay-(?!lying)|work-|reply-)/.test(code) && !isDoubt(code)) ||
	['nick-conflict', 'not-in-room', 'server-refused', 'policy-violation', 'auth-required', 'gate-refused'].includes(code);

const isQueued = ({ state }: Entry): boolean => state === 'waiting' || state === 'retrying';
const isTheUsers = ({ state }: Entry): boolean => state === 'failed' || state === 'unsure';

/** The entry that leaves next: of those that wait for their time the one with the earliest. */
export function nextQueued(entries: readonly Entry[]): Entry | undefined {
	let next: Entry | undefined;
	for (const entry of entries) if (isQueued(entry) && (!next || entry.due < next.due)) next = entry;
	return next;
}

/**
 * The bytes of an earlier try, where they may leave once more. Inside the slot that they were made for a copy is nothing to every reader
 * (docs/protocol.md §8). Later the message is made anew under a fresh key: null.
 * @param now unix seconds
 */
export function reusableBytes({ sealed }: Entry, now: number): StoredBytes | null {
	return sealed?.slot === slotOf(now) ? sealed : null;
}

/**
 * What becomes of an entry by an event. `gone`: null, it leaves the outbox. `-`: the event does not apply; the very same entry comes back.
 *
 * | event                       | waiting  | sending  | handed   | retrying | failed  | unsure  |
 * | --------------------------- | -------- | -------- | -------- | -------- | ------- | ------- |
 * | started                     | sending  | -        | -        | sending  | -       | -       |
 * | handed-over                 | -        | handed   | -        | -        | -       | -       |
 * | taken-back                  | -        | -        | sending  | -        | -       | -       |
 * | delivered                   | gone     | gone     | gone     | gone     | gone    | gone    |
 * | fault: refusal              | failed   | failed   | failed   | failed   | -       | -       |
 * | fault: network              | retrying | retrying | -        | retrying | -       | -       |
 * | fault: network, last try    | failed   | failed   | unsure   | failed   | -       | -       |
 * | fault: network, seen twice  | failed   | failed   | -        | failed   | -       | -       |
 * | fault: other                | failed   | failed   | -        | failed   | -       | -       |
 * | fault: other, last try      | failed   | failed   | unsure   | failed   | -       | -       |
 * | fault: nobody may see it    | failed   | failed   | unsure   | failed   | -       | -       |
 * | fault: account speaks       | waiting  | waiting  | -        | waiting  | -       | -       |
 * | put-off                     | waiting  | -        | -        | retrying | -       | -       |
 * | worker-died                 | -        | waiting  | -        | -        | -       | -       |
 * | archive: there              | gone     | gone     | gone     | gone     | gone    | gone    |
 * | archive: not-there          | -        | -        | retrying | -        | -       | -       |
 * | archive: silent             | -        | -        | unsure   | -        | -       | -       |
 * | cancelled                   | gone     | gone     | -        | gone     | gone    | gone    |
 * | retried                     | -        | -        | -        | -        | waiting | waiting |
 * | brought-over                | failed   | failed   | unsure   | failed   | -       | -       |
 *
 * `handed` has two ways back to where bytes may leave: every server turned them away (taken-back), or the archive does not have them. Where
 * a fault or a worker's death leaves an entry `handed`, the caller asks the archive. `unsure` has one way back: the user asks.
 */
export function transition(entry: Entry, event: OutboxEvent): Entry | null {
	const { state, tries } = entry;
	switch (event.kind) {
		case 'started':
			return isQueued(entry) ? { ...withoutLates(entry), state: 'sending', fault: null } : entry;
		case 'put-off':
			return isQueued(entry) ? { ...entry, due: dueAfter(event), ...(event.isLate ? { lates: (entry.lates ?? 0) + 1 } : {}) } : entry;
		case 'handed-over':
			return state === 'sending' ? { ...entry, state: 'handed', sealed: event.bytes } : entry;
		case 'taken-back':
			return state === 'handed' ? { ...entry, state: 'sending', sealed: null } : entry;
		case 'delivered':
			return null;
		case 'fault':
			return afterFault(entry, event);
		case 'worker-died':
			return state === 'sending' ? { ...entry, state: 'waiting', due: dueAfter(event) } : entry;
		case 'archive':
			if (event.answer === 'there') return null;
			if (state !== 'handed') return entry;
			return event.answer === 'silent' ? asUnsure(entry) : { ...entry, state: 'retrying', tries: tries + 1, due: dueAfter(event) };
		case 'cancelled':
			return state === 'handed' ? entry : null;
		case 'retried':
			if (!isTheUsers(entry)) return entry;
			return {
				...withoutCounts(event.withoutReply ? asNoReply(entry) : entry),
				state: 'waiting',
				due: dueAfter(event),
				tries: 0,
				fault: null,
			};
		case 'brought-over':
			// it would now leave under the identity that is in use here
			if (isTheUsers(entry)) return entry;
			return state === 'handed' ? asUnsure(entry) : asFailed(entry, { code: 'outbox-aside', detail: '' });
	}
}

const asUnsure = (entry: Entry, fault: Fault = { code: 'outbox-unsure', detail: '' }): Entry => ({ ...entry, state: 'unsure', fault });
/** Bytes that name the answered message are not used again. */
const asNoReply = ({ original: _, ...entry }: Entry): Entry => ({ ...entry, replyTo: '', sealed: null });
const asFailed = (entry: Entry, fault: Fault): Entry => ({ ...entry, state: 'failed', sealed: null, fault });

const dueAfter = ({ now, delay }: FreshDelay): number => now + delay;
const withoutLates = ({ lates: _, ...entry }: Entry): Entry => entry;
/** Who asks once more has seen which voice speaks now. */
const withoutCounts = ({ holds: _, visits: __, n: ___, ...entry }: Entry): Entry => entry;

function afterFault(entry: Entry, event: OutboxEvent & { kind: 'fault' }): Entry {
	const { fault } = event;
	if (isTheUsers(entry)) return entry;
	if (fault.code === 'account-speaks' && entry.state !== 'handed') {
		return { ...entry, state: 'waiting', holds: (entry.holds ?? 0) + 1, due: dueAfter(event) };
	}
	if (entry.state === 'handed' && isDoubt(fault.code)) return asUnsure(entry, fault);
	if (entry.state === 'handed' && !isRefusal(fault.code)) return entry.tries >= tryLimit ? asUnsure(entry) : entry;
	const visits = (entry.visits ?? 0) + (event.isSeen ? 1 : 0);
	// only these are tried again unasked, and only while nothing can have left: what makes no sense makes none the next time either
	const isLast = entry.tries >= tryLimit || visits > visitLimit;
	if (isLast || !networkFaults.includes(fault.code)) return asFailed(entry, fault);
	const tries = entry.tries + 1;
	return { ...entry, state: 'retrying', tries, due: dueAfter(event) + 1000 * 2 ** tries, fault, ...(visits > 0 && { visits }) };
}
