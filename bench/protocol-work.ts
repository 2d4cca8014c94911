import { rootFromSeed } from '../src/protocol/account/root.ts';
import { oneTimeKey } from '../src/protocol/author.ts';
import { concat, fromBase64url, toBase64url } from '../src/protocol/bytes.ts';
import { composeMessage } from '../src/protocol/compose.ts';
import { keyPair } from '../src/protocol/curve.ts';
import { generationNode } from '../src/protocol/generation.ts';
import { hardenedChild, type Node } from '../src/protocol/node.ts';
import { type HeldGeneration, type ReceivedMessage, readCandidate, recogniseCandidate } from '../src/protocol/recognise.ts';
import { messageDigest, recoverKey, signDigest } from '../src/protocol/signature.ts';
import { eciesDecrypt } from '../src/protocol/status/ecies.ts';
import { uncompressedKey } from '../src/protocol/status/status-key.ts';

/* What is measured, in node and in Chromium alike: this module alone is bundled and runs in both. */

const random = (length: number): Uint8Array => {
	const bytes = new Uint8Array(length);
	for (let at = 0; at < length; at += 65_536) globalThis.crypto.getRandomValues(bytes.subarray(at, at + 65_536));
	return bytes;
};
const room = 'xmpp:garden@conference.example.org';
const now = 1_795_262_400;

interface Foreign {
	message: ReceivedMessage;
	/** b64 of a sealed signature as the source document has it, of which the author key is the ephemeral key */
	box: string;
}

/** Microseconds for each message of a round, all by the same reader on the same messages. */
export interface Round {
	oneGeneration: number;
	tenGenerations: number;
	trialEcies: number;
}

function foreignMessages(count: number): Foreign[] {
	const generation = { generation: 3, node: generationNode(rootFromSeed(random(64)), 3) };
	return Array.from({ length: count }, (_, at) => {
		const text = `A message as long as messages mostly are, number ${at}, about nothing in particular`;
		const draft = { mode: 'one-time' as const, transport: 'recoverable' as const, room, text, replyTo: '', now, random, generation };
		const { wire, authorKey } = composeMessage(draft);
		// as messages arrive: strings in one piece, where those just put together are still many
		const message: ReceivedMessage = JSON.parse(JSON.stringify({ room, bodies: [text], replyTo: '', time: now, wires: [wire] }));
		// For whom it is not meant, a box is 113 random bytes behind a point: any point will do.
		return { message, box: toBase64url(concat(uncompressedKey(authorKey as Uint8Array), random(113))) };
	});
}

function heldBy(root: Node, count: number): HeldGeneration[] {
	return Array.from({ length: count }, (_, at) => count - 1 - at).map((generation) => ({
		generation,
		node: generationNode(root, generation),
		closed: null,
	}));
}

/** From the text and the wire form to the verdict; throws where one is not foreign. */
function recogniseAll(foreign: readonly Foreign[], held: readonly HeldGeneration[]): void {
	for (const { message } of foreign) {
		const candidate = readCandidate(message);
		if (!candidate || recogniseCandidate(candidate, held)?.verdict !== 'foreign') throw new Error('not foreign');
	}
}

/** The source document's way: try to open every message's box with the account's key. */
function tryAll(foreign: readonly Foreign[], privateKey: Uint8Array): void {
	let openedCount = 0;
	for (const { box } of foreign) {
		try {
			eciesDecrypt(privateKey, fromBase64url(box));
			openedCount++;
		} catch {}
	}
	if (openedCount > 0) throw new Error('not foreign');
}

function microseconds(count: number, task: () => void): number {
	const startedAt = performance.now();
	task();
	return ((performance.now() - startedAt) * 1000) / count;
}

/** `rounds` rounds of `count` messages each; the three are taken in turns, and two rounds before them warm up. */
export function measureRecognition(rounds: number, count: number): Round[] {
	const root = rootFromSeed(random(64));
	const [withOne, withTen] = [heldBy(root, 1), heldBy(root, 10)];
	const chat = random(32);
	const results: Round[] = [];
	for (let round = -2; round < rounds; round++) {
		const foreign = foreignMessages(round < 0 ? Math.min(count, 200) : count);
		const figures = { oneGeneration: 0, tenGenerations: 0, trialEcies: 0 };
		const tasks: Record<keyof Round, () => void> = {
			oneGeneration: () => recogniseAll(foreign, withOne),
			tenGenerations: () => recogniseAll(foreign, withTen),
			trialEcies: () => tryAll(foreign, chat),
		};
		const names = Object.keys(tasks) as (keyof Round)[];
		for (let at = 0; at < names.length; at++) {
			const name = names[(at + round + 2) % names.length] as keyof Round;
			figures[name] = microseconds(foreign.length, tasks[name]);
		}
		if (round >= 0) results.push(figures);
	}
	return results;
}

/** Operations a second, `runs` values each. */
export function measureOperations(runs: number): Record<string, number[]> {
	const generation = generationNode(rootFromSeed(random(64)), 0);
	const pair = keyPair(random(32));
	const digest = messageDigest(random(32), random(94));
	const signature = signDigest(digest, pair.privateKey);
	const draft = { mode: 'one-time' as const, transport: 'recoverable' as const, room, text: 'x', replyTo: '', now, random };
	const tasks: Record<string, [count: number, task: () => unknown]> = {
		'sign, recoverable': [100, () => signDigest(digest, pair.privateKey)],
		'recover an author key': [50, () => recoverKey(digest, signature)],
		'derive one hardened child': [2000, () => hardenedChild(generation, 1)],
		'derive a one-time key, public key and all': [100, () => oneTimeKey(generation, random(16))],
		'compose a whole message': [50, () => composeMessage({ ...draft, generation: { generation: 0, node: generation } })],
	};
	const valuesByName: Record<string, number[]> = {};
	for (const [name, [count, task]] of Object.entries(tasks)) {
		const values: number[] = [];
		for (let run = -1; run < runs; run++) {
			const each = microseconds(count, () => {
				for (let at = 0; at < count; at++) task();
			});
			if (run >= 0) values.push(1_000_000 / each);
		}
		valuesByName[name] = values;
	}
	return valuesByName;
}
