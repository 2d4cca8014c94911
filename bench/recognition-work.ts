import { candidateOf, type LoggedMessage, loggedForm } from '../src/background/recognition/logged-message.ts';
import { rootFromSeed } from '../src/protocol/account/root.ts';
import { fromBase64url, toBase64url } from '../src/protocol/bytes.ts';
import { composeMessage, type Draft } from '../src/protocol/compose.ts';
import { prepareRecognition, recogniseEvenly } from '../src/protocol/even-recognition.ts';
import { generationNode } from '../src/protocol/generation.ts';
import type { Node } from '../src/protocol/node.ts';
import { authorOf, type HeldGeneration, recogniseCandidate, rememberKey } from '../src/protocol/recognise.ts';

/* What is measured in Node, from a bundle: the work that a label costs, by whose message it is. */

const random = (length: number): Uint8Array => globalThis.crypto.getRandomValues(new Uint8Array(length));
const room = 'xmpp:garden@conference.example.org';
const now = 1_795_262_400;

/** Messages that a page can show, by what they are to the reader. */
export const kinds = [
	'mine, one-time',
	'mine, persona',
	'mine, a reply',
	'foreign, one-time',
	'foreign, persona',
	'foreign, no trace',
	'foreign, a reply',
	'of a removed device',
	'keyless',
	'malformed: no key in it',
	'malformed: a bait with a broken seal',
] as const;
export type Kind = (typeof kinds)[number];

/** The reader's generations, the newest first; the oldest was closed long before these messages. */
const heldBy = (root: Node): HeldGeneration[] =>
	[2, 1, 0].map((generation) => ({ generation, node: generationNode(root, generation), closed: generation === 0 ? 1 : null }));

/** A wire form that is another one from this byte on, for 32 bytes. */
function spoilt(wire: string, at: number): string {
	const bytes = fromBase64url(wire);
	bytes.fill(0, at, at + 32);
	// no point of the curve has x = 5
	bytes[at + 31] = 5;
	return toBase64url(bytes);
}

function maker(mine: readonly HeldGeneration[], other: HeldGeneration): (kind: Kind, at: number) => LoggedMessage {
	const [newest, , closed] = mine;
	return (kind, at) => {
		const mode: Draft['mode'] =
			kind === 'keyless' ? 'keyless' : kind.endsWith('no trace') ? 'no-trace' : kind.endsWith('persona') ? 'persona' : 'one-time';
		const from = kind === 'of a removed device' ? closed : kind.startsWith('foreign') ? other : newest;
		const text = `A message as long as messages mostly are, number ${at}, about nothing in particular`;
		const replyTo = kind.endsWith('a reply') ? `9f3c5a1e-${at}` : '';
		const { wire } = composeMessage({
			...{ mode, transport: 'recoverable', room, text, replyTo, now, random },
			generation: mode === 'keyless' || mode === 'no-trace' || !from ? null : { generation: from.generation, node: from.node },
			...(mode === 'persona' ? { persona: { scope: room, n: 5 } } : {}),
		});
		// the signature's r follows the envelope's 94 bytes, the seal is within them
		const carried = kind.startsWith('malformed: no key')
			? spoilt(wire, 94)
			: kind.startsWith('malformed: a bait')
				? spoilt(wire, 40)
				: wire;
		const logged = loggedForm({ room, id: `${at}`, archiveId: '', author: 'a', bodies: [text], replyTo, time: now, wires: [carried] });
		if (!logged) throw new Error(`${kind}: no bauta message`);
		// as messages arrive: strings in one piece, where those just put together are still many
		return JSON.parse(JSON.stringify(logged));
	};
}

/** What `judge` in background/recognition/verdicts.ts does of a message that was never judged. Returns whether it is the reader's. */
function judge(message: LoggedMessage, held: readonly HeldGeneration[]): boolean {
	const candidate = candidateOf(message);
	rememberKey(candidate);
	const authorKey = authorOf(candidate);
	recogniseCandidate(candidate, []);
	return recogniseEvenly(candidate, authorKey, held).verdict === 'mine';
}

/**
 * Begins to measure, and returns what tells the ms of processor time since. Of the process, as the system tells a thread's own in steps of 4 ms;
 * whoever runs this lets the engine have no other threads.
 */
function startClock(): () => number {
	const begin = process.cpuUsage();
	return () => {
		const { user, system } = process.cpuUsage(begin);
		return (user + system) / 1000;
	};
}

/** A random order of all kinds. */
function shuffled(): Kind[] {
	const keyed = kinds.map((kind) => ({ kind, key: Math.random() }));
	return keyed.sort((one, other) => one.key - other.key).map(({ kind }) => kind);
}

/**
 * ms of processor time that batches of `size` messages of each kind take: `rounds` values a kind. In each round every kind has
 * its turn, in an order drawn anew.
 * @param pool so many different messages of a kind are made; a batch takes the next ones
 */
export function measureRecognitionWork(size: number, rounds: number, pool: number): Record<Kind, number[]> {
	const mine = heldBy(rootFromSeed(random(64)));
	const [other] = heldBy(rootFromSeed(random(64))) as [HeldGeneration];
	prepareRecognition(mine);
	const make = maker(mine, other);
	const messages = Object.fromEntries(
		kinds.map((kind) => [kind, Array.from({ length: Math.max(pool, size) }, (_, at) => make(kind, at))]),
	) as Record<Kind, LoggedMessage[]>;
	const results = Object.fromEntries(kinds.map((kind) => [kind, [] as number[]])) as Record<Kind, number[]>;
	const isDue = (kind: Kind): boolean => kind.startsWith('mine');
	// the compiler is done with all of it before anything is timed
	for (let at = 0; at < 300; at++) for (const kind of kinds) judge(messages[kind][at % pool] as LoggedMessage, mine);
	for (let round = 0; round < rounds; round++)
		for (const kind of shuffled()) {
			const batch = Array.from({ length: size }, (_, at) => messages[kind][(round * size + at) % messages[kind].length] as LoggedMessage);
			const spent = startClock();
			let own = 0;
			for (const message of batch) if (judge(message, mine)) own++;
			results[kind].push(spent());
			if (own !== (isDue(kind) ? size : 0)) throw new Error(`${kind}: ${own} of ${size} were the reader’s`);
		}
	return results;
}
