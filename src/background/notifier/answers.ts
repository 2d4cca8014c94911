import * as v from 'valibot';
import { BautaError } from '../../messages/errors.ts';
import { deliveryFaults, roomFaults } from '../../messages/notifier.ts';
import type { ChannelResponse } from '../../networks/channel/channel.ts';
import { plainLine } from '../../networks/plain-line.ts';

/** What a notifier is asked: the calls of `notifications.v1.Notifications` that are used here (docs/notifier.md). */
export type Call = 'RegisterInstallation' | 'SubscribeWithMetadata' | 'Unsubscribe' | 'DeleteInstallation';

/** UTF-16 units of an answer at most: a line for each of a few hundred rooms. */
const longestAnswer = 500_000;
const errorBody = v.object({ code: v.string(), message: v.optional(v.string(), '') });
const count = v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.safeInteger(), v.minValue(0));
/** Words that this version has no sentence for say nothing. */
const oneOf = <const T extends readonly string[]>(words: T) => v.fallback(v.nullable(v.picklist(words)), null);
/** protobuf's JSON leaves out what is zero or empty */
const registration = v.object({
	lastSeen: v.optional(count, 0),
	rooms: v.optional(
		v.pipe(
			v.array(v.object({ topic: v.string(), state: v.optional(oneOf(roomFaults), null), leavesOut: v.optional(v.boolean(), false) })),
			v.maxLength(2000),
		),
		[],
	),
	delivery: v.optional(oneOf(deliveryFaults), null),
});
/** How a notifier says that things stand. `lastSeen`: unix ms; 0 where it had nothing of this browser. `state`, `delivery`: null where all is well. */
export type Registration = v.InferOutput<typeof registration>;

function json(body: string): unknown {
	try {
		return body.length > longestAnswer ? null : JSON.parse(body);
	} catch {
		return null;
	}
}

/** Why a call was refused, by the codes of Connect. `words`: what the notifier says, for people. */
function refusal(call: Call, code: string, words: string): BautaError {
	if (code === 'unauthenticated') return new BautaError('notifier-secret');
	if (code === 'resource_exhausted') return new BautaError('notifier-busy', words);
	if (code === 'unimplemented' || (call === 'RegisterInstallation' && code === 'not_found')) return new BautaError('notifier-none');
	// each of the two calls has one thing of the user's in it that can be refused
	if (call === 'RegisterInstallation' && (code === 'permission_denied' || code === 'invalid_argument'))
		return new BautaError('notifier-not-allowed', words);
	if (call === 'SubscribeWithMetadata' && (code === 'not_found' || code === 'permission_denied'))
		return new BautaError('notifier-topic', words);
	return new BautaError('notifier-fault', words || code);
}

/**
 * The answer to a call. Throws `notifier-secret`, `notifier-busy`, `notifier-not-allowed`, `notifier-topic`, `notifier-fault`, and `notifier-none` where
 * what answers is no notifier.
 */
export function readAnswer(call: Call, { status, body }: Pick<ChannelResponse, 'status' | 'body'>): unknown {
	const answer = json(body);
	if (status === 200) {
		if (typeof answer === 'object' && answer !== null && !Array.isArray(answer)) return answer;
		throw new BautaError('notifier-none');
	}
	const error = v.safeParse(errorBody, answer);
	// who wants to be forgotten, and is not there, was forgotten before
	if (error.success && call === 'DeleteInstallation' && error.output.code === 'not_found') return {};
	if (error.success) throw refusal(call, plainLine(error.output.code, 40), plainLine(error.output.message));
	if (status === 401) throw new BautaError('notifier-secret');
	throw status >= 500 ? new BautaError('notifier-fault', String(status)) : new BautaError('notifier-none');
}

/** What the answer to `RegisterInstallation` says. Throws `notifier-none`. */
export function readRegistration(answer: unknown): Registration {
	const parsed = v.safeParse(registration, answer);
	if (!parsed.success) throw new BautaError('notifier-none');
	return parsed.output;
}
