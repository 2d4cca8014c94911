import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEncoder, decryptSymmetric } from '@waku/message-encryption/symmetric';
import { createRoutingInfo } from '@waku/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Device, deviceOf, stranger } from '../../scripts/status/account.ts';
import { bareMessage, composePost, solutions } from '../../scripts/status/compose.ts';
import {
	type IndependentReading,
	randomName,
	readIndependently,
	textWhereField20IsTaken,
	writeAgain,
} from '../../scripts/status/independent.ts';
import { protocolMessage, type ReadMessage, readPayload, whose } from '../../scripts/status/read.ts';
import { type Arrival, chatOf, connect, enterRoom, postAlone, type StatusRoom } from '../../scripts/status/room.ts';
import { concat, fromHex, toHex, utf8 } from '../../src/protocol/bytes.ts';
import { isPublicKey, keyPair, n, toBytes32, toNumber } from '../../src/protocol/curve.ts';
import { encodeField } from '../../src/protocol/protobuf.ts';
import { equalBytes } from '../../src/protocol/secret.ts';
import type { StatusVerdict } from '../../src/protocol/status/solutions.ts';
import {
	decodeChatMessage,
	decodeWrapper,
	encodeChatMessage,
	encodeWrapper,
	payloadDigest,
	signStatusMessage,
} from '../../src/protocol/status/status.ts';
import { chatKeyText, threeWordIndices, uncompressedKey } from '../../src/protocol/status/status-key.ts';
import { random } from '../protocol/samples.ts';
import { startWaku, type WakuNode } from '../servers/waku.ts';
import { until } from '../until.ts';
import vectors from '../vectors/status.json' with { type: 'json' };

/*
 * The messages of the proposal over Status's own transport: Waku in its version of 2025, of which one node here is the whole network. Who reads:
 * a second device of the author, a stranger, a third device that comes later, and a reader that shares no code with Bauta. The table in
 * docs/protocol.md §9 has a row for each of these messages.
 */

const chat = 'garden';
const phrase = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
const now = Math.floor(Date.now() / 1000);
const author = deviceOf(phrase, now);
const secondDevice = deviceOf(phrase, now);

/** What every message of this test came to, by the name that its text is. */
interface Outcome {
	author: StatusVerdict | null | undefined;
	stranger: StatusVerdict | null | undefined;
	message: ReadMessage | string;
	independent: IndependentReading | null;
	/** all that the transport's payload holds */
	opened: Uint8Array;
}

let node: WakuNode;
/** what came to the second device */
const heard: Arrival[] = [];
const outcomes = new Map<string, Outcome>();
let listening: StatusRoom;

const wrapperOf = (payload: Uint8Array, signature: Uint8Array) => encodeWrapper({ signature, payload, type: 1 });
const verdictOf = (payload: Uint8Array, device: Device) => {
	const message = readPayload(payload, device, now);
	return typeof message === 'string' ? undefined : message.verdict;
};

/** The document's literal form: r = s = the payload's hash. Half of all hashes are no x of a point, and half are above n/2, which few clients take. */
function literalKeyless(text: string): Uint8Array {
	for (let clock = now * 1000; ; clock++) {
		const payload = encodeChatMessage({ ...bareMessage(chat, text, now), clock });
		const hash = payloadDigest(payload);
		if (toNumber(hash) <= n / 2n && isPublicKey(concat(Uint8Array.of(2), hash)))
			return wrapperOf(payload, concat(hash, hash, Uint8Array.of(0)));
	}
}

/** What an attacker makes of a message: its field 20 in a message of their own. */
function withField20Of(wrapper: Uint8Array, text: string): Uint8Array {
	const { derivationIndex, anonymousSignature } = decodeChatMessage(decodeWrapper(wrapper).payload);
	return signStatusMessage(encodeChatMessage({ ...bareMessage(chat, text, now), derivationIndex, anonymousSignature }), random(32));
}

/** The same message by the other signature that its key has, (r, n − s): everybody can compute it. */
function twinOf(wrapper: Uint8Array): Uint8Array {
	const { signature, payload } = decodeWrapper(wrapper);
	const s = toBytes32(n - toNumber(signature.subarray(32, 64)));
	return wrapperOf(payload, concat(signature.subarray(0, 32), s, Uint8Array.of((signature[64] as number) ^ 1)));
}

/** r = s = 1 */
const constantSignature = Uint8Array.from({ length: 65 }, (_, at) => (at === 31 || at === 63 ? 1 : 0));

/** The message with one letter of its text changed on the way. */
function changed(wrapper: Uint8Array, from: string, to: string): Uint8Array {
	const { signature, payload } = decodeWrapper(wrapper);
	const at = Buffer.from(payload).indexOf(from);
	return wrapperOf(concat(payload.subarray(0, at), utf8(to), payload.subarray(at + from.length)), signature);
}

/** Every message by its name, and who signs the transport's payload. */
const sent = new Map<string, { wrapper: Uint8Array; oneTimeKey: Uint8Array | null }>();
const memberKey = random(32);

function compose(): void {
	const add = (name: string, wrapper: Uint8Array, oneTimeKey: Uint8Array | null) => sent.set(name, { wrapper, oneTimeKey });
	for (const solution of solutions) sent.set(solution, composePost(author, solution, chat, `by ${solution}`, now));
	const [first, second, envelope] = ['1', '2', 'envelope'].map((name) => sent.get(name)?.wrapper as Uint8Array);
	if (!first || !second || !envelope) throw new Error('not composed');
	add('literal keyless', literalKeyless('by nobody'), null);
	add('constant keyless', wrapperOf(encodeChatMessage(bareMessage(chat, 'by 1 and 1', now)), constantSignature), null);
	add('x replayed', withField20Of(first, 'a bait'), random(32));
	add('sealed signature replayed', withField20Of(second, 'another bait'), random(32));
	add('twin', twinOf(first), null);
	add('1 changed', changed(first, 'by 1', 'by l'), null);
	add('2 changed', changed(second, 'by 2', 'by z'), null);
	add('envelope changed', changed(envelope, 'by envelope', 'by envelopE'), null);
	const named = concat(encodeChatMessage(bareMessage(chat, 'hello', now)), encodeField(14, utf8('Ada')));
	add('member', signStatusMessage(named, memberKey), memberKey);
}

/** An ordinary message, posted by js-waku as it is: its own encryption, its own light push. */
async function postAsMember(wrapper: Uint8Array, key: Uint8Array): Promise<void> {
	const waku = await connect(node.address);
	const routingInfo = createRoutingInfo({ clusterId: 16 }, { shardId: 32 });
	const { contentTopic, symmetricKey } = chatOf(chat);
	const encoder = createEncoder({ contentTopic, routingInfo, symKey: symmetricKey, sigPrivKey: key });
	const { failures } = await waku.lightPush.send(encoder, { payload: protocolMessage(wrapper) }, { autoRetry: false });
	await waku.stop();
	expect(failures).toEqual([]);
}

async function outcomeOf(wrapper: Uint8Array): Promise<Outcome> {
	const whole = protocolMessage(wrapper);
	const arrival = heard.find(({ payload }) => payload && equalBytes(payload, whole));
	if (!arrival) throw new Error('it did not arrive');
	for (const { message: proto } of node.stored) {
		const opened = await decryptSymmetric(proto.payload, chatOf(chat).symmetricKey);
		if (!Buffer.from(opened).includes(Buffer.from(whole))) continue;
		const independent = await readIndependently(proto, chat);
		const message = readPayload(whole, secondDevice, now);
		return { author: verdictOf(whole, secondDevice), stranger: verdictOf(whole, stranger), message, independent, opened };
	}
	throw new Error('it is not stored');
}

beforeAll(async () => {
	compose();
	node = await startWaku();
	listening = await enterRoom(node.address, chat);
	await listening.listen((arrival) => heard.push(arrival));
	for (const [name, { wrapper, oneTimeKey }] of sent)
		if (name === 'member') await postAsMember(wrapper, memberKey);
		else await postAlone(node.address, chat, { wrapper, oneTimeKey }, now);
	await until(() => heard.length === sent.size, 'all messages');
	for (const [name, { wrapper }] of sent) outcomes.set(name, await outcomeOf(wrapper));
});

afterAll(async () => {
	await listening.leave();
	await node.close();
});

/** The 33 bytes of a key of 130 hex digits. */
const compressed = (key: string) => concat(Uint8Array.of(2 + (Number.parseInt(key.slice(-1), 16) & 1)), fromHex(key.slice(2, 66)));
const outcome = (name: string) => outcomes.get(name) as Outcome;
const mine = (kind: string) => ({ verdict: 'mine', kind });
const foreign = { verdict: 'foreign' };
const keyless = { verdict: 'keyless' };

describe('over Waku, live', () => {
	it.each([
		['1', mine('solution-1'), foreign],
		['2', mine('solution-2'), foreign],
		['envelope', { ...mine('one-time'), generation: expect.any(Number), n: 0 }, foreign],
		['keyless', keyless, keyless],
		['literal keyless', keyless, keyless],
		['constant keyless', keyless, keyless],
		['x replayed', foreign, foreign],
		['sealed signature replayed', foreign, foreign],
		['1 changed', foreign, foreign],
		['2 changed', foreign, foreign],
		['envelope changed', foreign, foreign],
		['member', null, null],
	])('%s: the author’s other device, and a stranger', (name, forAuthor, forStranger) => {
		expect(outcome(name)).toMatchObject({ author: forAuthor, stranger: forStranger });
	});

	it('the twin of a signature is not read: it would be the same message under another id', () => {
		expect(outcome('twin')).toMatchObject({ author: undefined, message: expect.stringMatching(/^not read: .*not-a-signature/) });
		// clients that take it see the same author, and two messages
		expect(outcome('twin').independent).toMatchObject({ author: outcome('1').independent?.author });
		expect(outcome('twin').independent?.id).not.toBe(outcome('1').independent?.id);
	});

	it('a member has their name, and what Bauta does not know of their message is left alone', () => {
		const { message } = outcome('member');
		expect(message).toMatchObject({ text: 'hello', author: chatKeyText(keyPair(memberKey).publicKey), otherFields: [14] });
		expect(whose(message as ReadMessage)).toBe(chatKeyText(keyPair(memberKey).publicKey));
	});
});

it('docs/protocol.md says the same of each', () => {
	const page = readFileSync(join(import.meta.dirname, '../../docs/protocol.md'), 'utf8');
	const table = page.slice(page.indexOf('| message | author')).split('\n\n')[0]?.split('\n').slice(2) ?? [];
	const rows = table.map((line) => line.split('|').map((cell) => cell.trim()));
	const inWords = (verdict: StatusVerdict | null | undefined) => (verdict ? Object.values(verdict).slice(0, 2).join(', ') : 'nothing');
	const seen = [...outcomes.values()].map(({ author: own, stranger: other }) => [inWords(own), inWords(other)]);
	expect(rows.map(([, , own, other]) => [own?.replace(', shown', ''), other])).toEqual(seen);
});

describe('a third device, which was not there', () => {
	it('has the same verdicts from the store, and a page of it is not all', async () => {
		const later = await enterRoom(node.address, chat);
		const history = await later.history();
		await later.leave();
		const third = deviceOf(phrase, now);
		expect(history).toHaveLength(sent.size);
		expect(history.map(({ payload, stamp }) => [stamp, payload && verdictOf(payload, third)])).toEqual(
			[...sent.keys()].map((name) => [name === 'member' ? expect.any(Number) : now, outcome(name).author]),
		);
	});
});

describe('a reader that shares no code with Bauta', () => {
	const texts = { 1: 'by 1', 2: 'by 2', envelope: 'by envelope', keyless: 'by keyless', 'literal keyless': 'by nobody', member: 'hello' };
	it.each(Object.entries(texts))('reads %s', (name, text) => {
		expect(outcome(name).independent).toMatchObject({ text, chatId: chat, id: (outcome(name).message as ReadMessage).id });
	});

	it('shows a random name of three words, which Bauta finds as well: for one-time keys, and as Status itself does for the keys of the vectors', () => {
		for (const { independent } of outcomes.values())
			expect(independent?.name).toEqual(threeWordIndices(compressed(independent?.author ?? '')));
		const names = ['1', '2', 'envelope', 'keyless', 'literal keyless'].map((name) => outcome(name).independent?.name.join(' '));
		expect(new Set(names).size).toBe(names.length);
		const keys = [
			...vectors.identities.map((item) => [item.public_key_65, item.three_word_name]),
			...vectors.wrapped.map((item) => [item.recovered_public_key, item.name_old_clients_show]),
		].map(([key = '', name = '']) => [key.replace(/^0x/, ''), name] as const);
		const words = new Map<string, string>();
		for (const [key, name] of keys) {
			const places = randomName(key);
			expect(places).toEqual(threeWordIndices(compressed(key)));
			for (const [at, place] of places.entries()) words.set(`${at < 2 ? 'adjective' : 'animal'} ${place}`, name.split(' ')[at] ?? '');
		}
		// with the words that the vectors give, each of their names comes out again
		for (const [key, name] of keys)
			expect(
				randomName(key)
					.map((place, at) => words.get(`${at < 2 ? 'adjective' : 'animal'} ${place}`))
					.join(' '),
			).toBe(name);
	});

	it('knows neither field 20 nor field 2035, and passes them on as they are', () => {
		expect(['1', '2', 'envelope', 'keyless'].map((name) => outcome(name).independent?.unknown)).toEqual([
			{ 20: 0 },
			{ 20: 2 },
			{ 2035: 2 },
			{ 2035: 2 },
		]);
		for (const name of ['1', '2', 'envelope']) {
			const { payload } = decodeWrapper(sent.get(name)?.wrapper as Uint8Array);
			expect(decodeChatMessage(writeAgain(payload))).toEqual(decodeChatMessage(payload));
		}
	});

	it('loses the whole message of Solution 2 once it has given field 20 to something else: so the envelope has a number far from it', () => {
		const texts = ['1', '2', 'envelope'].map((name) =>
			textWhereField20IsTaken(decodeWrapper(sent.get(name)?.wrapper as Uint8Array).payload),
		);
		expect(texts.slice(1)).toEqual([null, 'by envelope']);
	});

	it('gives other names to changed messages and to baits: nobody’s that it has seen', () => {
		const authors = [
			'1',
			'2',
			'envelope',
			'keyless',
			'x replayed',
			'sealed signature replayed',
			'1 changed',
			'2 changed',
			'envelope changed',
		].map((name) => outcome(name).independent?.author);
		expect(new Set(authors).size).toBe(authors.length);
	});
});

describe('what goes along', () => {
	const chatKey = (author.chatKey as NonNullable<Device['chatKey']>).publicKey;

	it.each(['1', '2', 'envelope'])('%s: the transport is signed by the message’s own key, and nothing names a device', (name) => {
		const { independent, opened } = outcome(name);
		expect(independent).toMatchObject({ outer: ['publicMessage'], transportKey: independent?.author });
		expect(toHex(opened)).not.toContain(toHex(chatKey.subarray(1)));
	});

	it('keyless: the transport is signed by nobody either', () => {
		const { independent } = outcome('keyless');
		expect(independent?.outer).toEqual(['publicMessage']);
		expect(independent?.transportKey).toMatch(/^04[0-9a-f]{128}$/);
		expect(independent?.transportKey).not.toBe(independent?.author);
	});

	it('a member’s message shows that these tests would see a name', () => {
		expect(toHex(outcome('member').opened)).toContain(toHex(utf8('Ada')));
		expect(outcome('member').independent?.transportKey).toBe(toHex(uncompressedKey(keyPair(memberKey).publicKey)));
	});

	it('each message came from a peer that nobody met before or after', () => {
		const peers = node.stored.map(({ from }) => from);
		expect(new Set(peers).size).toBe(sent.size);
		expect(peers).not.toContain(null);
	});
});
