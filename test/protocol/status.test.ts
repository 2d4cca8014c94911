import { describe, expect, it } from 'vitest';
import { composeMessage } from '../../src/protocol/compose.ts';
import { keyPair } from '../../src/protocol/curve.ts';
import { generationNode } from '../../src/protocol/generation.ts';
import { unhardenedChildKey } from '../../src/protocol/status/chat-key.ts';
import {
	isLiteralKeyless,
	keylessStatusMessage,
	recogniseStatus,
	type StatusAccount,
	solution1Index,
	solution1Key,
	solution2Signature,
} from '../../src/protocol/status/solutions.ts';
import {
	type ChatMessage,
	decodeChatMessage,
	encodeChatMessage,
	encodeWrapper,
	payloadDigest,
	signStatusMessage,
} from '../../src/protocol/status/status.ts';
import { threeWordName } from '../../src/protocol/status/status-key.ts';
import { heldBy, now, random, rootOf } from './samples.ts';

/*
 * Solution 1 and Solution 2 were never built by anyone, so there is no vector from outside for the two as a whole: these are
 * round trips of our own. Their parts are held to outside vectors: BIP-32, ECIES (EIP-8) and Status's signatures.
 */

const account = (seed: number): StatusAccount => ({ root: rootOf(seed), chatKey: keyPair(random(32)) });
const me = account(1);
const other = account(2);
const bare: ChatMessage = {
	clock: now * 1000,
	timestamp: now * 1000,
	text: 'hello',
	responseTo: '',
	chatId: 'status',
	messageType: 2,
	contentType: 1,
	derivationIndex: null,
	anonymousSignature: null,
	envelope: null,
};
const judge = (wrapper: Uint8Array, reader = me) => recogniseStatus(wrapper, now, [], reader);

describe('Solution 1', () => {
	const root = me.root as NonNullable<typeof me.root>;
	const index = 0x1234_5678;
	const payload = encodeChatMessage({ ...bare, derivationIndex: BigInt(index) });

	it('is recognised hardened, as we write it, and unhardened, as the document has it', () => {
		for (const key of [solution1Key(root, index).privateKey, unhardenedChildKey(root, index)]) {
			const wrapper = signStatusMessage(payload, key);
			expect(judge(wrapper)).toEqual({ verdict: 'mine', kind: 'solution-1' });
			expect(judge(wrapper, other)).toEqual({ verdict: 'foreign' });
			expect(judge(wrapper, { root: null, chatKey: me.chatKey })).toEqual({ verdict: 'foreign' });
		}
	});

	it('another message with the same index is not mine', () => {
		expect(judge(signStatusMessage(payload, random(32)))).toEqual({ verdict: 'foreign' });
	});

	it('an index never meets a generation', () => {
		expect(solution1Index(Uint8Array.of(0x80, 0x0f, 0xff, 0xff))).toBeNull();
		expect(solution1Index(Uint8Array.of(0x80, 0x10, 0, 0))).toBe(2 ** 20);
	});

	it('an index beyond 31 bits is foreign, not an error', () => {
		const far = encodeChatMessage({ ...bare, derivationIndex: 2n ** 63n });
		expect(judge(signStatusMessage(far, random(32)))).toEqual({ verdict: 'foreign' });
	});
});

describe('Solution 2', () => {
	const chat = me.chatKey as NonNullable<typeof me.chatKey>;
	const once = keyPair(random(32));
	const sealed = solution2Signature(chat, once.publicKey, random(32), random(16));
	const payload = encodeChatMessage({ ...bare, anonymousSignature: sealed });

	it('has the length of the document, and is recognised by the author alone', () => {
		expect(sealed).toHaveLength(178);
		expect(judge(signStatusMessage(payload, once.privateKey))).toEqual({ verdict: 'mine', kind: 'solution-2' });
		expect(judge(signStatusMessage(payload, once.privateKey), other)).toEqual({ verdict: 'foreign' });
	});

	it('copied into a message of another key it is foreign and shown, not discarded: the bait does not work', () => {
		expect(judge(signStatusMessage(payload, random(32)))).toEqual({ verdict: 'foreign' });
		const garbage = encodeChatMessage({ ...bare, anonymousSignature: random(178) });
		expect(judge(signStatusMessage(garbage, once.privateKey))).toEqual({ verdict: 'foreign' });
	});

	it('field 20 of another length is somebody else’s field', () => {
		const taken = encodeChatMessage({ ...bare, anonymousSignature: random(60) });
		expect(judge(signStatusMessage(taken, random(32)))).toBeNull();
	});
});

describe('our own envelope in a Status message', () => {
	const generation = { generation: 4, node: generationNode(me.root as NonNullable<typeof me.root>, 4) };
	const draft = { room: 'status:status', text: bare.text, replyTo: '', now, random, generation };

	it('is last in the encoding and recognised with the author key that the payload’s signature gives', () => {
		const { envelope, authorPrivate } = composeMessage({ ...draft, mode: 'one-time', transport: 'status' });
		const payload = encodeChatMessage({ ...bare, envelope });
		expect(payload.slice(-94)).toEqual(envelope);
		expect(decodeChatMessage(payload)).toEqual({ ...bare, envelope });
		const wrapper = signStatusMessage(payload, authorPrivate as Uint8Array);
		const held = heldBy(me.root as NonNullable<typeof me.root>, [4]);
		expect(recogniseStatus(wrapper, now, held, me)).toEqual({ verdict: 'mine', kind: 'one-time', generation: 4, n: 0 });
		expect(recogniseStatus(wrapper, now, [], other)).toEqual({ verdict: 'foreign' });
		expect(recogniseStatus(wrapper, now + 3600, held, me)).toBeNull();
	});

	it('keyless: the form is over the payload’s Keccak-256', () => {
		const { envelope, signature, authorPrivate } = composeMessage({ ...draft, mode: 'keyless', transport: 'status' });
		expect([signature, authorPrivate]).toEqual([null, null]);
		const payload = encodeChatMessage({ ...bare, envelope });
		expect(judge(keylessStatusMessage(payload))).toEqual({ verdict: 'keyless' });
	});
});

describe('what everybody can sign', () => {
	const payload = encodeChatMessage(bare);
	const digest = payloadDigest(payload);

	it('the literal forms and a shared key are keyless, a plain message is ordinary', () => {
		const one = new Uint8Array(65);
		one[31] = one[63] = 1;
		const same = new Uint8Array(65);
		same.set(digest);
		same.set(digest, 32);
		expect(isLiteralKeyless(digest, one)).toBe(true);
		expect(isLiteralKeyless(digest, same)).toBe(true);
		expect(judge(encodeWrapper({ signature: one, payload, type: 1 }))).toEqual({ verdict: 'keyless' });
		const moot = keyPair(random(32));
		const wrapper = signStatusMessage(payload, moot.privateKey);
		expect(judge(wrapper)).toBeNull();
		expect(recogniseStatus(wrapper, now, [], me, [moot.publicKey])).toEqual({ verdict: 'keyless' });
	});
});

it('three words: the lists are the caller’s', () => {
	const names = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}${at}`);
	const { publicKey } = keyPair(Uint8Array.of(...new Uint8Array(31), 1));
	expect(threeWordName(publicKey, names('a', 1389), names('b', 1704))).toMatch(/^a943 a1162 b\d+$/);
});
