import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from '../../src/networks/network.ts';
import { toHex } from '../../src/protocol/bytes.ts';
import { makeTag, periodOf } from '../../src/protocol/envelope.ts';
import { readCandidate } from '../../src/protocol/recognise.ts';
import { equalBytes } from '../../src/protocol/secret.ts';
import { decodeV3Message, type PeriodKey, type XmtpMessage, xmtpPeriod } from '../../src/protocol/xmtp.ts';

/** What a message is to a subscription: its owner's, one that asks for no push, or anybody's else. */
export type Verdict = 'own' | 'silent' | 'other';

/** A message as the rule sees it. */
export interface ReadMessage {
	/** whether it asks for a push, by what everybody sees of it */
	push: boolean;
	/** the periods whose keys may have made its mark */
	periods: readonly number[];
	/** its mark as it is written; empty where it has none */
	mark: Uint8Array;
	/** what a copy has in common with it: the mark and all that it covers; '' where it has no mark */
	name: string;
	/** whether this key made its mark */
	isMarkedBy(key: Uint8Array): boolean;
}

const ordinary: ReadMessage = { push: true, periods: [], mark: new Uint8Array(), name: '', isMarkedBy: () => false };

/**
 * A message of a room. `message`: what its network read of it, or null where it carries no envelope; what is no bauta message is an ordinary
 * one. The slot says in clear which period's key made the tag, and lies within ten minutes of the message's time, so one key is tried.
 */
export function readRoomMessage(message: IncomingMessage | null): ReadMessage {
	const candidate = message && readCandidate(message);
	if (!candidate) return ordinary;
	const { envelope, contentHash } = candidate;
	return {
		push: envelope.push,
		periods: [periodOf(envelope.slot)],
		mark: envelope.tag,
		name: [envelope.tag, envelope.nonce, contentHash].map(toHex).join(),
		isMarkedBy: (key) => equalBytes(makeTag(key, contentHash, envelope.nonce), envelope.tag),
	};
}

/**
 * A message of an XMTP group (`GroupMessageInput`). Its mark does not say of which period it is: the sender went by its own clock, so the
 * neighbours of the envelope's period are tried, which XMTP's server does not do. Throws `not-protobuf`.
 * @param time of the envelope, Unix milliseconds
 */
export function readGroupMessage(bytes: Uint8Array, time: number): ReadMessage {
	const { covered, senderHmac, shouldPush }: XmtpMessage = decodeV3Message(bytes);
	const period = xmtpPeriod(time);
	return {
		push: shouldPush !== false,
		periods: [period, period - 1, period + 1],
		mark: senderHmac ?? new Uint8Array(),
		name: senderHmac ? createHash('sha256').update(senderHmac).update(covered).digest('hex') : '',
		isMarkedBy(key) {
			const mark = createHmac('sha256', key).update(covered).digest();
			return senderHmac?.length === mark.length && timingSafeEqual(mark, senderHmac);
		},
	};
}

/** The rule of XIP-35, in the order of XMTP's server: the owner's own first, then what the message asks for, else a push. */
export function judge(message: ReadMessage, keys: readonly PeriodKey[]): Verdict {
	// all of them are tried, also after one that fits: it is to take as long for anybody's
	if (keys.filter(({ period, key }) => message.periods.includes(period) && message.isMarkedBy(key)).length > 0) return 'own';
	return message.push ? 'other' : 'silent';
}
