import { keyAt, type Words, wordsOf } from './author.ts';
import { H } from './bytes.ts';
import { evenKey } from './curve.ts';
import { headLength, periodOf } from './envelope.ts';
import { ProtocolError } from './error.ts';
import { cachedParent, cachedRoomKeys } from './keyring.ts';
import { hardenedChild, type Node, node, wipeNode } from './node.ts';
import { type Candidate, type HeldGeneration, tagMatches, type Verdict } from './recognise.ts';
import { openSeal, type SealBody, seal, sealContext } from './seal.ts';
import { equalBytes, wipe } from './secret.ts';

/*
 * Recognition whose work is the same for every message. A page sees when a label appears, and may load itself again and again: whatever
 * only one's own messages cost would tell whose they are (docs/protocol.md §10, THREATS.md P9, R2). So every message has one seal that
 * opens, one that does not, and one key derived. What a message does not have itself, a decoy has.
 */

/** A verdict and, of one's own messages, the words of the key's path. */
export type VerdictWithPath = Exclude<Verdict, { verdict: 'mine' }> | (Verdict & { verdict: 'mine' } & { words: Words });

/** A message of nobody's. Nothing of it is secret. */
interface Decoy {
	node: Node;
	authorKey: Uint8Array;
	sealKey: Uint8Array;
	nonce: Uint8Array;
	context: Uint8Array;
	sealed: Uint8Array;
}

let sharedDecoy: Decoy | null = null;
function decoyMessage(): Decoy {
	if (sharedDecoy) return sharedDecoy;
	const bytes = (name: string) => H('bauta decoy', name);
	const authorKey = Uint8Array.of(2, ...bytes('author'));
	const [sealKey, nonce] = [bytes('seal'), bytes('nonce').subarray(0, 24)];
	const context = sealContext(new Uint8Array(headLength), authorKey, bytes('content'));
	const sealed = seal(sealKey, nonce, context, { kind: 'one-time', generation: 0, words: [1, 2, 3, 4], n: 0 });
	sharedDecoy = { node: node(bytes('key'), bytes('chain')), authorKey, sealKey, nonce, context, sealed };
	return sharedDecoy;
}

function tryToOpen(...at: Parameters<typeof openSeal>): SealBody | null {
	try {
		return openSeal(...at);
	} catch (thrown) {
		if (thrown instanceof ProtocolError) return null;
		throw thrown;
	}
}

/** Derives ahead what recognition derives once for each generation: else the first of one's own messages would take longer. */
export function prepareRecognition(held: readonly HeldGeneration[]): void {
	for (const { node } of [...held, decoyMessage()]) for (const index of [0, 1] as const) cachedParent(node, index);
}

/**
 * Whether one of these generations wrote a message: what `recogniseCandidate` says of one that is not keyless, but by the same work for
 * every message. `authorKey`: what `authorOf` gives; of a message without one the verdict is `foreign`.
 */
export function recogniseEvenly(
	candidate: Candidate,
	authorKey: Uint8Array | null,
	generations: readonly HeldGeneration[],
): VerdictWithPath {
	const { room, envelope, contentHash: hash, bytes } = candidate;
	const decoy = decoyMessage();
	let match: HeldGeneration | null = null;
	for (const generation of generations)
		if (tagMatches(candidate, generation.node) && (!match || match.generation < generation.generation)) match = generation;

	const context = sealContext(bytes.subarray(0, headLength), authorKey ?? decoy.authorKey, hash);
	const { sealKey } = match ? cachedRoomKeys(match.node, room, periodOf(envelope.slot)) : decoy;
	const body = tryToOpen(sealKey, envelope.nonce, context, envelope.sealed);
	const decoyBody = tryToOpen(decoy.sealKey, decoy.nonce, body ? context : decoy.context, decoy.sealed);
	// another key for each message: one that comes again and again takes a processor less time, 3 to 6 % of all of this
	const path = body ?? { ...(decoyBody as SealBody), words: wordsOf(envelope.nonce.subarray(0, 16)) };
	const pair = keyAt(body && match ? match.node : decoy.node, path);
	// a persona's key is one step further down
	if (path.kind === 'one-time') wipeNode(hardenedChild(decoy.node, path.n));
	const publicKey = evenKey(pair.publicKey);
	wipe(pair.privateKey);
	const isAuthor = equalBytes(room.startsWith('nostr:') ? publicKey : pair.publicKey, authorKey ?? decoy.authorKey);
	if (!match || !body || !authorKey || !isAuthor) return { verdict: 'foreign' };
	if (body.generation !== match.generation || (match.closed !== null && envelope.slot > match.closed)) return { verdict: 'foreign' };
	return { verdict: 'mine', kind: body.kind, generation: body.generation, words: body.words, n: body.n };
}
