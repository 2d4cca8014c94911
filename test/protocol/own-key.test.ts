import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/protocol/bytes.ts';
import { evenKey } from '../../src/protocol/curve.ts';
import { slotOf } from '../../src/protocol/envelope.ts';
import { authorOf, type Candidate, ownKeyOf, readCandidate } from '../../src/protocol/recognise.ts';
import { signSchnorr, verifySchnorr } from '../../src/protocol/signature.ts';
import { heldBy, now, random, rootOf, sendMessage } from './samples.ts';

const root = rootOf(1);
const held = heldBy(root, [46, 45]);
const [newest] = held;
const generation = newest ?? null;
const room = 'xmpp:room@muc.example.org';
const candidateOf = (draft: Partial<Parameters<typeof sendMessage>[0]>): Candidate => {
	const candidate = readCandidate(sendMessage({ mode: 'one-time', room, text: 'Hello', generation, ...draft }));
	if (!candidate) throw new Error('no candidate');
	return candidate;
};

describe('the key of an own message', () => {
	it.each(['one-time', 'persona'] as const)('%s: signs for the author that everybody sees', (mode) => {
		for (const where of [room, 'nostr:28:00ff'])
			for (let time = 0; time < 4; time++) {
				const candidate = candidateOf({ mode, room: where });
				const key = ownKeyOf(candidate, held);
				const author = authorOf(candidate);
				if (!key || !author) throw new Error('no key');
				expect(toHex(where === room ? key.publicKey : evenKey(key.publicKey))).toBe(toHex(author));
				const digest = random(32);
				expect(verifySchnorr(digest, signSchnorr(digest, key.privateKey, random(32)), author)).toBe(true);
			}
	});

	it('is there for no message that is not the reader’s own', () => {
		expect(ownKeyOf(candidateOf({}), heldBy(rootOf(2), [46]))).toBeNull();
		expect(ownKeyOf(candidateOf({ mode: 'no-trace' }), held)).toBeNull();
		expect(ownKeyOf(candidateOf({ mode: 'keyless' }), held)).toBeNull();
		expect(ownKeyOf(candidateOf({}), [])).toBeNull();
		expect(ownKeyOf(candidateOf({}), heldBy(root, [46], slotOf(now) - 1))).toBeNull();
		// a seal that was put under another author's signature
		const other = { ...candidateOf({ room: 'nostr:28:00ff' }), authorKey: authorOf(candidateOf({ room: 'nostr:28:00ff' })) };
		expect(ownKeyOf(other, held)).toBeNull();
	});
});
