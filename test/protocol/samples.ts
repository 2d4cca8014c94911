import { chacha20 } from '@noble/ciphers/chacha.js';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { utf8 } from '../../src/protocol/bytes.ts';
import { composeMessage, type Draft, type Random } from '../../src/protocol/compose.ts';
import { generationNode } from '../../src/protocol/generation.ts';
import { masterNode, type Node } from '../../src/protocol/node.ts';
import type { HeldGeneration, ReceivedMessage } from '../../src/protocol/recognise.ts';
import { anyCharacter } from '../any-character.ts';

/** Random bytes that are the same in every run: ChaCha20 under a name. */
export function seededRandom(name: string): Random {
	const key = sha256(utf8(name));
	let block = 0;
	let pool = new Uint8Array(0);
	return (length) => {
		while (pool.length < length) {
			const nonce = new Uint8Array(12);
			new DataView(nonce.buffer).setUint32(0, block++);
			const more = chacha20(key, nonce, new Uint8Array(Math.max(65_536, length)));
			const joined = new Uint8Array(pool.length + more.length);
			joined.set(pool);
			joined.set(more, pool.length);
			pool = joined;
		}
		const drawn = pool.slice(0, length);
		pool = pool.subarray(length);
		return drawn;
	};
}

export const random = seededRandom('samples');
export const now = 1_795_300_200;
export const rootOf = (seed: number): Node => masterNode(seededRandom(`root ${seed}`)(64));
export const heldBy = (root: Node, generations: number[], closed: number | null = null): HeldGeneration[] =>
	generations.map((generation) => ({ generation, node: generationNode(root, generation), closed }));

/** Canonical text: no control or lone surrogate, and nothing that is cut at its end. */
export const texts = fc
	.string({ unit: anyCharacter, minLength: 1, maxLength: 60 })
	.map((text) => `${text.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '')}.`);
export const rooms = fc.constantFrom(
	'xmpp:room@muc.example.org',
	'matrix:!room:example.org',
	'irc:net/#room',
	'nostr:28:00ff',
	'status:room',
);
export const modes = fc.constantFrom('one-time' as const, 'persona' as const);

/** What one device sends, as another receives it. */
export function sendMessage(draft: Partial<Draft> & Pick<Draft, 'mode' | 'room' | 'text' | 'generation'>): ReceivedMessage {
	const ownSignature = draft.room.startsWith('nostr:');
	const whole: Draft = {
		transport: ownSignature ? 'nostr' : 'recoverable',
		replyTo: '',
		now,
		random,
		...(draft.mode === 'persona' ? { persona: { scope: draft.room, n: 5 } } : {}),
		...draft,
	};
	const { wire, authorKey } = composeMessage(whole);
	const { room, text, replyTo } = whole;
	const author = ownSignature && authorKey ? { authorKey } : {};
	return { room, bodies: [text], replyTo, time: whole.now, wires: [wire], ...author };
}
