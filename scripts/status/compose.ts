import { randomBytes } from 'node:crypto';
import { composeMessage } from '../../src/protocol/compose.ts';
import { keyPair } from '../../src/protocol/curve.ts';
import { ProtocolError } from '../../src/protocol/error.ts';
import { statusRoomId } from '../../src/protocol/room.ts';
import { keylessStatusMessage, solution1Index, solution1Key, solution2Signature } from '../../src/protocol/status/solutions.ts';
import { type ChatMessage, encodeChatMessage, signStatusMessage } from '../../src/protocol/status/status.ts';
import { canonicalText } from '../../src/protocol/text.ts';
import { type Device, postingGeneration } from './account.ts';
import { StatusFault } from './fault.ts';

/** How a message says, or does not, whose it is (docs/protocol.md §9). */
export const solutions = ['1', '2', 'keyless', 'envelope'] as const;
export type Solution = (typeof solutions)[number];

/** A message that is ready for the transport. */
export interface StatusPost {
	/** ApplicationMetadataMessage */
	wrapper: Uint8Array;
	/** the one-time key, which signs the transport's payload too; null: no key exists. Whoever posts wipes it */
	oneTimeKey: Uint8Array | null;
}

const random = (length: number) => new Uint8Array(randomBytes(length));

/**
 * One message as the device posts it. `now`: unix seconds, which is all that is told of the time. Throws `StatusFault` where the device has not
 * what it takes, or the text is refused.
 */
export function composePost(device: Device, solution: Solution, chat: string, text: string, now: number): StatusPost {
	const message = bareMessage(chat, text, now);
	if (solution === '1') return postBySolution1(device, message);
	if (solution === '2') return postBySolution2(device, message);
	const mode = solution === 'keyless' ? 'keyless' : 'one-time';
	const generation = mode === 'keyless' ? null : postingGeneration(device, now);
	const draft = { mode, transport: 'status', room: statusRoomId(chat), text: message.text, replyTo: '', now, generation, random } as const;
	const { envelope, authorPrivate } = composeMessage(draft);
	const payload = encodeChatMessage({ ...message, envelope });
	return authorPrivate ? signedPost(payload, authorPrivate) : { wrapper: keylessStatusMessage(payload), oneTimeKey: null };
}

/** A message of a public chat with nothing in it that names anybody. Throws `StatusFault` where the text is refused. */
export function bareMessage(chat: string, text: string, now: number): ChatMessage {
	const nothing = { responseTo: '', derivationIndex: null, anonymousSignature: null, envelope: null };
	return { clock: now * 1000, timestamp: now * 1000, text: checkedText(text), chatId: chat, messageType: 2, contentType: 1, ...nothing };
}

function checkedText(text: string): string {
	try {
		return canonicalText(text);
	} catch (refused) {
		if (refused instanceof ProtocolError) throw new StatusFault(`The text cannot be posted (${refused.code}).`);
		throw refused;
	}
}

function postBySolution1({ root }: Device, message: ChatMessage): StatusPost {
	if (!root) throw new StatusFault('Solution 1 derives its key from a phrase: there is none here.');
	let index = solution1Index(random(4));
	while (index === null) index = solution1Index(random(4));
	const payload = encodeChatMessage({ ...message, derivationIndex: BigInt(index) });
	return signedPost(payload, solution1Key(root, index).privateKey);
}

function postBySolution2({ chatKey }: Device, message: ChatMessage): StatusPost {
	if (!chatKey) throw new StatusFault('Solution 2 seals a signature of the chat key, which comes from a phrase: there is none here.');
	const { privateKey, publicKey } = keyPair(random(32));
	const anonymousSignature = solution2Signature(chatKey, publicKey, random(32), random(16));
	return signedPost(encodeChatMessage({ ...message, anonymousSignature }), privateKey);
}

const signedPost = (payload: Uint8Array, oneTimeKey: Uint8Array): StatusPost => ({
	wrapper: signStatusMessage(payload, oneTimeKey),
	oneTimeKey,
});
