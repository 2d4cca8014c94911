import { createHmac, randomBytes } from 'node:crypto';
import { finalizeEvent } from 'nostr-tools/pure';
import { periodKey } from '../notifier/installations/installation.ts';
import { readGroupMessage, readRoomMessage } from '../notifier/rooms/filter.ts';
import { Followers } from '../notifier/rooms/followers.ts';
import type { IncomingMessage } from '../src/networks/network.ts';
import { verifies } from '../src/networks/nostr/wire/nip01.ts';
import { randomEnvelope } from '../src/protocol/compose.ts';
import { encodeWire, periodOf, slotOf } from '../src/protocol/envelope.ts';
import { decodeV3Message, encodeV3Message, type PeriodKey, xmtpPeriod } from '../src/protocol/xmtp.ts';

/*
 * What the notifier does with a message once a network has read it: look up who follows the room, decode and hash, and compute a mark for each
 * follower with keys. Foreign messages, as these alone try every key; a window ends after each round, else a room without keys would be settled by its first.
 */

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const now = 1_795_262_400;
const period = periodOf(slotOf(now));
const interval = 3_600_000;

/** Microseconds of processor time for each message. */
export interface NotifierRound {
	/** a room's message to followers with keys, and to followers without */
	withKeys: number;
	withoutKeys: number;
	/** an XMTP message: this rule, which tries three periods, and theirs, which tries one */
	ours: number;
	published: number;
	/** looking at the signature of a Nostr event, which comes before all of it */
	signature: number;
}

interface Load {
	followers: Followers;
	keysByRoom: Map<string, PeriodKey[][]>;
	end(): void;
}

/** So many rooms, each followed by as many installations with three keys each. */
function makeLoad(name: (at: number) => string, rooms: number, followersEach: number, keyLength: number): Load {
	const followers = new Followers({ interval, cover: 0.5 });
	const keysByRoom = new Map<string, PeriodKey[][]>();
	let time = now * 1000;
	for (let follower = 0; follower < followersEach; follower++) {
		const subscriptions = new Map(
			Array.from({ length: rooms }, (_, at) => {
				const keys = keyLength ? [period - 1, period, period + 1].map((each) => periodKey(each, random(keyLength))) : [];
				keysByRoom.set(name(at), [...(keysByRoom.get(name(at)) ?? []), keys]);
				return [name(at), { isSilent: false, keys }] as const;
			}),
		);
		followers.follow(
			null,
			{ id: `${follower}`, secretHash: '', token: '', lastSeen: 0, phase: 0, chance: random(32), subscriptions },
			time,
		);
	}
	const end = () => {
		time += interval;
		followers.endWindows(time);
	};
	return { followers, keysByRoom, end };
}

function processorMicroseconds(task: () => void): number {
	const begin = process.cpuUsage();
	task();
	const { user, system } = process.cpuUsage(begin);
	return user + system;
}

/** XMTP's rule as its server's source has it: the one key of the envelope's period, then should_push. */
function isDeliveredAsPublished(bytes: Uint8Array, milliseconds: number, keys: readonly PeriodKey[]): boolean {
	const { covered, senderHmac, shouldPush } = decodeV3Message(bytes);
	const key = keys.find((each) => each.period === xmtpPeriod(milliseconds))?.key;
	if (key && senderHmac && createHmac('sha256', key).update(covered).digest().equals(senderHmac)) return false;
	return shouldPush === true;
}

/** `rounds` rounds, in each of which every room has one message. */
export function measureNotifier(rounds: number, rooms: number, subscriptions: number): NotifierRound[] {
	const each = subscriptions / rooms;
	const roomName = (at: number) => `nostr:28:${at.toString(16).padStart(64, '0')}`;
	const groupName = (at: number) => `/xmtp/mls/1/g-${at.toString(16).padStart(32, '0')}/proto`;
	const [withKeys, withoutKeys] = [makeLoad(roomName, rooms, each, 32), makeLoad(roomName, rooms, each, 0)];
	const groups = makeLoad(groupName, rooms, each, 42);
	const key = random(32);
	const events = Array.from({ length: 20 }, (_, at) => finalizeEvent({ kind: 42, created_at: now, tags: [], content: `${at}` }, key));
	const results: NotifierRound[] = [];
	for (let round = -1; round < rounds; round++) {
		const messages = Array.from({ length: rooms }, (_, at): IncomingMessage => {
			const wires = [encodeWire(randomEnvelope({ random }, slotOf(now)), null)];
			const text = `A message as long as messages mostly are, number ${at} of ${round}`;
			return {
				room: roomName(at),
				id: '',
				archiveId: '',
				author: '',
				bodies: [text],
				replyTo: '',
				time: now,
				wires,
				authorKey: new Uint8Array(33).fill(2),
			};
		});
		const envelopes = Array.from({ length: rooms }, () =>
			encodeV3Message({ covered: random(300), ciphertext: null, senderHmac: random(32), shouldPush: true }),
		);
		const take = ({ followers, end }: Load) => {
			for (const message of messages) followers.take(message.room, () => readRoomMessage(message));
			end();
		};
		const takeGroups = () => {
			envelopes.forEach((bytes, at) => {
				groups.followers.take(groupName(at), () => readGroupMessage(bytes, now * 1000));
			});
			groups.end();
		};
		const takeAsPublished = () => {
			let count = 0;
			envelopes.forEach((bytes, at) => {
				for (const keys of groups.keysByRoom.get(groupName(at)) ?? []) if (isDeliveredAsPublished(bytes, now * 1000, keys)) count++;
			});
			if (count !== subscriptions) throw new Error('not delivered');
		};
		const verifyAll = () => {
			if (!events.every((event) => verifies(event))) throw new Error('not signed');
		};
		const result: NotifierRound = {
			withKeys: processorMicroseconds(() => take(withKeys)) / rooms,
			withoutKeys: processorMicroseconds(() => take(withoutKeys)) / rooms,
			ours: processorMicroseconds(takeGroups) / rooms,
			published: processorMicroseconds(takeAsPublished) / rooms,
			signature: processorMicroseconds(verifyAll) / events.length,
		};
		if (round >= 0) results.push(result);
	}
	return results;
}

/** Bytes of memory that so many subscriptions with three keys each take, with all that is kept to match and to end windows. */
export function measureNotifierMemory(rooms: number, subscriptions: number): number {
	const collect = globalThis.gc;
	if (!collect) throw new Error('start node with --expose-gc');
	const used = () => {
		collect();
		const { heapUsed, external, arrayBuffers } = process.memoryUsage();
		return heapUsed + external + arrayBuffers;
	};
	const before = used();
	const { followers } = makeLoad((at) => `nostr:28:${at.toString(16).padStart(64, '0')}`, rooms, subscriptions / rooms, 32);
	const after = used();
	if (followers.count !== rooms) throw new Error('not followed');
	return after - before;
}
