import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fromBase64url } from '../../src/protocol/bytes.ts';
import { slotOf } from '../../src/protocol/envelope.ts';
import { prepareRecognition, recogniseEvenly, type VerdictWithPath } from '../../src/protocol/even-recognition.ts';
import { generationNode } from '../../src/protocol/generation.ts';
import {
	authorOf,
	type Candidate,
	type HeldGeneration,
	readCandidate,
	recogniseCandidate,
	type Verdict,
} from '../../src/protocol/recognise.ts';
import { canonicalText } from '../../src/protocol/text.ts';
import { heldBy, modes, now, rooms, rootOf, sendMessage, texts } from './samples.ts';

/** what the libraries were asked for, one line each */
const work: string[] = [];
/** the private keys whose public ones were computed */
const privateKeys: string[] = [];
beforeEach(() => void work.splice(0));
function count<T>(what: string, result: T): T {
	work.push(what);
	return result;
}

vi.mock('@noble/hashes/hmac.js', async (original) => {
	const { hmac } = await original<typeof import('@noble/hashes/hmac.js')>();
	return { hmac: Object.assign((...of: Parameters<typeof hmac>) => count('hmac', hmac(...of)), hmac) };
});
vi.mock('@noble/secp256k1', async (original) => {
	const library = await original<typeof import('@noble/secp256k1')>();
	return {
		...library,
		getPublicKey(...of: Parameters<typeof library.getPublicKey>) {
			privateKeys.push(Buffer.from(of[0] as Uint8Array).toString('hex'));
			return count('public key', library.getPublicKey(...of));
		},
	};
});
vi.mock('@noble/ciphers/chacha.js', async (original) => {
	const library = await original<typeof import('@noble/ciphers/chacha.js')>();
	const xchacha20poly1305 = (...of: Parameters<typeof library.xchacha20poly1305>) => ({
		...library.xchacha20poly1305(...of),
		decrypt(sealed: Uint8Array) {
			try {
				const plain = library.xchacha20poly1305(...of).decrypt(sealed);
				work.push('seal opened');
				return plain;
			} catch (thrown) {
				work.push('seal refused');
				throw thrown;
			}
		},
	});
	return { ...library, xchacha20poly1305 };
});
vi.mock('@stablelib/sha256', async (original) => {
	const { SHA256 } = await original<typeof import('@stablelib/sha256')>();
	class Counting extends SHA256 {
		override restoreState(state: ReturnType<Counting['saveState']>) {
			work.push('tag');
			return super.restoreState(state);
		}
	}
	return { SHA256: Counting };
});

const me = rootOf(1);
const other = rootOf(2);
const under = (root: typeof me, generation: number) => ({ generation, node: generationNode(root, generation) });
const candidateOf = (message: ReturnType<typeof sendMessage>) => readCandidate(message) as Candidate;

/** The envelope of another's message around an author key of one's own: the tag is the other's, and nothing else fits. */
function baitOf(candidate: Candidate): Candidate {
	const [signature] = sendMessage({ mode: 'no-trace', room: candidate.room, text: 'x', generation: null }).wires.map((wire) =>
		fromBase64url(wire).subarray(94),
	);
	return { ...candidate, signature: signature as Uint8Array };
}

/** A verdict as recognition gives it otherwise: without the words of the path. */
function withoutPath(verdict: VerdictWithPath): Verdict {
	if (verdict.verdict !== 'mine') return verdict;
	const { words, ...plain } = verdict;
	expect(words.every((word) => word >= 0 && word < 2 ** 31)).toBe(true);
	return plain;
}

describe('recognition that takes the same work for every message', () => {
	it('says what recognition says otherwise', () => {
		fc.assert(
			fc.property(modes, rooms, texts, fc.integer({ min: 0, max: 3 }), (mode, room, text, generation) => {
				const whole = canonicalText(room.startsWith('irc:') ? [...text].slice(0, 20).join('') : text);
				const message = sendMessage({ mode, room, text: whole, generation: under(me, generation) });
				const candidate = candidateOf(message);
				for (const held of [
					heldBy(me, [0, 1, 2, 3]),
					heldBy(me, [3, 0, 2, 1]),
					heldBy(other, [0, 1]),
					heldBy(me, [0, 1, 2, 3], slotOf(now) - 1),
					[],
				])
					expect(withoutPath(recogniseEvenly(candidate, authorOf(candidate), held))).toEqual(recogniseCandidate(candidate, held));
			}),
			{ numRuns: 20 },
		);
	});

	it('is foreign for baits, and for a message that shows no key', () => {
		const candidate = candidateOf(sendMessage({ mode: 'one-time', room: 'xmpp:a@b', text: 'x', generation: under(me, 1) }));
		const bait = baitOf(candidate);
		expect(recogniseEvenly(bait, authorOf(bait), heldBy(me, [1]))).toEqual({ verdict: 'foreign' });
		expect(recogniseEvenly(candidate, null, heldBy(me, [1]))).toEqual({ verdict: 'foreign' });
	});

	it('computes a key of its own for every message, whosever it is: the same one again and again would take less time', () => {
		const held = heldBy(me, [0, 1]);
		const foreign = (at: number) =>
			sendMessage({ mode: at % 2 ? 'no-trace' : 'persona', room: 'xmpp:a@b', text: 'x', generation: at % 2 ? null : under(other, 0) });
		const candidates = Array.from({ length: 8 }, (_, at) => candidateOf(foreign(at)));
		const authors = candidates.map(authorOf);
		privateKeys.splice(0);
		for (const [at, candidate] of candidates.entries()) recogniseEvenly(candidate, authors[at] ?? null, held);
		expect(privateKeys).toHaveLength(8);
		expect(new Set(privateKeys).size).toBe(8);
	});

	it('hashes, opens, refuses and derives as often for one’s own, a persona’s, others’, closed, broken and bait messages, new ones too', () => {
		const [room, text] = ['xmpp:a@b', 'the same words'];
		const workFor = (candidate: Candidate, held: HeldGeneration[], authorKey = authorOf(candidate)) => {
			work.splice(0);
			recogniseEvenly(candidate, authorKey, held);
			return [...work].sort().join();
		};
		const held = heldBy(me, [0, 1, 2, 3]);
		prepareRecognition(held);
		const send = (mode: 'one-time' | 'persona' | 'no-trace', root: typeof me, generation: number) =>
			candidateOf(sendMessage({ mode, room, text, generation: mode === 'no-trace' ? null : under(root, generation) }));
		const own = send('one-time', me, 3);
		// the keys of a room are derived at its first message, whosever that is
		recogniseEvenly(send('one-time', other, 0), null, held);
		const first = workFor(own, held);
		expect(first).toContain('seal opened');
		expect(first).toContain('seal refused');
		const sameWork = [
			send('one-time', me, 0),
			send('persona', me, 2),
			send('one-time', other, 3),
			send('persona', other, 3),
			send('no-trace', me, 0),
			baitOf(own),
			{ ...own, envelope: { ...own.envelope, sealed: new Uint8Array(48) } },
		];
		for (const candidate of sameWork) expect(workFor(candidate, held)).toBe(first);
		expect(workFor(own, held, null)).toBe(first);
		for (const generation of held) generation.closed = 1;
		expect(workFor(own, held)).toBe(first);
		// locked there is no tag to look for, and all else stays the same
		const withoutTags = (all: string) => all.replaceAll(/,tag/g, '');
		expect(withoutTags(workFor(own, []))).toBe(withoutTags(first));
		expect(first.match(/,tag/g)).toHaveLength(8);
	});
});
