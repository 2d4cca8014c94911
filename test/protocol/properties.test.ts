import { secp256k1 } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64url, fromHex, toBase64url, toHex } from '../../src/protocol/bytes.ts';
import { composeMessage } from '../../src/protocol/compose.ts';
import { isCopy } from '../../src/protocol/copies.ts';
import { keyPair, n, toBytes32, toNumber } from '../../src/protocol/curve.ts';
import { decodeEnvelope, decodeWire, slotOf } from '../../src/protocol/envelope.ts';
import { generationNode, newestGenerationToTry, openGeneration, openRestoredGeneration, weekOf } from '../../src/protocol/generation.ts';
import { isKeyless, keylessSignature } from '../../src/protocol/keyless.ts';
import { readCandidate, recognise, rememberKey } from '../../src/protocol/recognise.ts';
import { isSignature, messageDigest, recoverKey, signDigest, signSchnorr, verifySchnorr } from '../../src/protocol/signature.ts';
import { canonicalText, contentHash } from '../../src/protocol/text.ts';
import { heldBy, modes, now, random, rooms, rootOf, sendMessage, texts } from './samples.ts';

const me = rootOf(1);
const other = rootOf(2);
const current = (root: typeof me, generation: number) => ({ generation, node: generationNode(root, generation) });
const runs = { numRuns: 25 };
/** by code points: half a pair would be refused, and rightly */
const ircText = (room: string, text: string) => (room.startsWith('irc:') ? [...text].slice(0, 20).join('') : text);

describe('what one device sends', () => {
	it('every other device of the author recognises, and no other user', () => {
		fc.assert(
			fc.property(modes, rooms, texts, fc.integer({ min: 0, max: 3 }), (mode, room, text, generation) => {
				const message = sendMessage({ mode, room, text: canonicalText(ircText(room, text)), generation: current(me, generation) });
				const mine = { verdict: 'mine', kind: mode, generation, n: mode === 'persona' ? 5 : 0 };
				expect(recognise(message, heldBy(me, [0, 1, 2, 3]))).toEqual(mine);
				expect(recognise(message, heldBy(other, [0, 1, 2, 3]))).toEqual({ verdict: 'foreign' });
			}),
			runs,
		);
	});

	it('is not recognised in another room, an hour later, or with a byte changed', () => {
		const held = heldBy(me, [0, 1]);
		fc.assert(
			fc.property(modes, rooms, texts, fc.nat(), fc.integer({ min: 1, max: 255 }), (mode, room, text, at, change) => {
				const message = sendMessage({ mode, room, text: canonicalText(ircText(room, text)), generation: current(me, 1) });
				expect(recognise({ ...message, room: `${room}x` }, held)?.verdict).not.toBe('mine');
				expect(recognise({ ...message, time: now + 3600 }, held)).toBeNull();
				expect(recognise({ ...message, bodies: [`x${message.bodies[0]}`] }, held)?.verdict).not.toBe('mine');
				expect(recognise({ ...message, replyTo: 'another' }, held)?.verdict).not.toBe('mine');
				const bytes = fromBase64url(message.wires[0] ?? '');
				bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ change;
				const verdict = recognise({ ...message, wires: [toBase64url(bytes)] }, held);
				expect(verdict === null || verdict.verdict === 'foreign').toBe(true);
			}),
			runs,
		);
	});

	it('is told from a copy by its wire bytes, and remembered by what it is, not by its id', () => {
		const message = sendMessage({ mode: 'one-time', room: 'xmpp:a@b', text: 'once', generation: current(me, 1) });
		const candidate = readCandidate(message);
		const [again, elsewhere] = [readCandidate(message), readCandidate({ ...message, room: 'xmpp:c@d' })];
		if (!candidate || !again || !elsewhere) throw new Error('no candidate');
		const met = ({ room, wire }: typeof candidate, id: string, author = 'alice') => ({ room, wire, id, author });
		const first = met(candidate, 'id 1');
		expect(isCopy(met(again, 'id 1'), first)).toBe(false);
		expect(isCopy(met(again, 'id 2'), first)).toBe(true);
		expect(isCopy(met(again, 'id 1', 'bob'), first)).toBe(true);
		expect(isCopy(met(elsewhere, 'id 2'), first)).toBe(false);
		// where the transport signs, another key is another author's message
		const signed = (author: string) => ({ ...met(candidate, `id of ${author}`, author), authorKey: author });
		expect(isCopy(signed('02bb'), signed('02aa'))).toBe(false);
		expect(isCopy({ ...signed('02aa'), id: 'id 2' }, signed('02aa'))).toBe(true);
		expect(rememberKey(again)).toBe(rememberKey(candidate));
		expect(rememberKey(elsewhere)).not.toBe(rememberKey(candidate));
	});
});

describe('no key repeats', () => {
	it('in 2,000 messages composed with the system’s own randomness: every author key, nonce, tag and wire form is new', () => {
		const generation = current(me, 1);
		const system = (length: number) => globalThis.crypto.getRandomValues(new Uint8Array(length));
		const seen = { authors: new Set<string>(), nonces: new Set<string>(), tags: new Set<string>(), wires: new Set<string>() };
		const [count, room, text] = [2000, 'xmpp:room@muc.example.org', 'the same words each time'];
		const content = contentHash(room, text, '');
		for (let at = 0; at < count; at++) {
			const mode = at % 2 === 0 ? 'one-time' : 'no-trace';
			const draft = { mode, transport: 'recoverable', room, text, replyTo: '', now, random: system, generation } as const;
			const { wire, authorKey } = composeMessage(draft);
			const { envelope, signature } = decodeWire(wire, true);
			const author = toHex(authorKey as Uint8Array);
			// that it is the key that any reader recovers: looked at now and then, as it takes as long as all the rest
			if (at % 40 < 2) expect(toHex(recoverKey(messageDigest(content, envelope), signature as Uint8Array))).toBe(author);
			const { nonce, tag } = decodeEnvelope(envelope);
			seen.authors.add(author);
			seen.nonces.add(toHex(nonce));
			seen.tags.add(toHex(tag));
			seen.wires.add(wire);
		}
		expect(Object.values(seen).map(({ size }) => size)).toEqual([count, count, count, count]);
	});

	it('nor between generations and identities, with the very same random bytes', () => {
		const authors = new Set<string>();
		for (const generation of [0, 1, 2, 3]) {
			const fixed = (length: number) => new Uint8Array(length).fill(3);
			const draft = { mode: 'one-time', transport: 'recoverable', room: 'xmpp:a@b', text: 'x', replyTo: '', now, random: fixed } as const;
			authors.add(toHex(composeMessage({ ...draft, generation: current(me, generation) }).authorKey as Uint8Array));
			authors.add(toHex(composeMessage({ ...draft, generation: current(other, generation) }).authorKey as Uint8Array));
		}
		expect(authors.size).toBe(8);
	});
});

describe('generations', () => {
	it('a removed device does not recognise what comes later, and what is closed stays closed', () => {
		fc.assert(
			fc.property(texts, fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 3 }), (text, old, steps) => {
				const room = 'xmpp:room@muc.example.org';
				const later = sendMessage({ mode: 'one-time', room, text: canonicalText(text), generation: current(me, old + steps) });
				expect(recognise(later, heldBy(me, [old]))).toEqual({ verdict: 'foreign' });
				// sent by the removed device, under the generation that it holds
				const sent = sendMessage({ mode: 'one-time', room, text: canonicalText(text), generation: current(me, old) });
				const slot = slotOf(now);
				expect(recognise(sent, heldBy(me, [old], slot))?.verdict).toBe('mine');
				expect(recognise(sent, heldBy(me, [old], slot - 1))).toEqual({ verdict: 'foreign' });
			}),
			runs,
		);
	});

	it('a device restored from the phrase alone finds the old ones, and never opens one that a device may know', () => {
		const day = fc.integer({ min: 1_767_225_600, max: 2_500_000_000 });
		fc.assert(
			fc.property(day, fc.array(fc.integer({ min: 0, max: 30_000_000 }), { maxLength: 6 }), (start, pauses) => {
				let time = start;
				const opened = [openGeneration({ current: null, now: time })];
				for (const pause of pauses) {
					time += pause;
					// "unless several were removed in that very week": one removal a week here
					if (weekOf(time) <= (opened.at(-1) as number)) continue;
					opened.push(openGeneration({ current: opened.at(-1) as number, now: time }));
				}
				for (const generation of opened) expect(generation).toBeLessThanOrEqual(newestGenerationToTry(time));
				const highestSeen = opened.at(-1) as number;
				for (const seen of [highestSeen, null]) expect(opened).not.toContain(openRestoredGeneration({ highestSeen: seen, now: time }));
				expect(new Set(opened).size).toBe(opened.length);
			}),
		);
	});

	it('the newest generation is tried first, in whatever order they are held', () => {
		const message = sendMessage({ mode: 'persona', room: 'xmpp:a@b', text: 'order', generation: current(me, 2) });
		for (const order of [
			[0, 1, 2, 3],
			[3, 2, 1, 0],
			[2, 0, 3, 1],
		])
			expect(recognise(message, heldBy(me, order))).toMatchObject({ verdict: 'mine', generation: 2 });
	});
});

describe('signatures', () => {
	const digests = fc.uint8Array({ minLength: 32, maxLength: 32 });
	const keys = fc.bigInt({ min: 1n, max: n - 1n }).map(toBytes32);

	it('recover to their key, and are what another library makes', () => {
		fc.assert(
			fc.property(digests, keys, (digest, key) => {
				const signature = signDigest(digest, key);
				expect(isSignature(signature)).toBe(true);
				expect(toHex(recoverKey(digest, signature))).toBe(toHex(keyPair(key).publicKey));
				const theirs = secp256k1.sign(digest, key, { prehash: false, format: 'recovered' });
				expect(toHex(signature)).toBe(toHex(theirs.slice(1)) + toHex(theirs.slice(0, 1)));
				expect(secp256k1.verify(signature.slice(0, 64), digest, keyPair(key).publicKey, { prehash: false })).toBe(true);
				const aux = random(32);
				expect(verifySchnorr(digest, signSchnorr(digest, key, aux), keyPair(key).publicKey)).toBe(true);
				expect(isKeyless(digest, signature)).toBe(false);
			}),
			runs,
		);
	});

	it('are refused with a high s, v above 1, r or s of 0, r ≥ n, and at any other length', () => {
		fc.assert(
			fc.property(digests, keys, fc.integer({ min: 2, max: 255 }), (digest, key, v) => {
				const signature = signDigest(digest, key);
				const changed = (change: (copy: Uint8Array) => void) => {
					const copy = signature.slice();
					change(copy);
					return copy;
				};
				const s = toNumber(signature.subarray(32, 64));
				const refused = [
					changed((copy) => copy.set(toBytes32(n - s), 32)),
					changed((copy) => {
						copy.set(toBytes32(n - s), 32);
						copy[64] = (copy[64] as number) ^ 1;
					}),
					changed((copy) => copy.set([v], 64)),
					changed((copy) => copy.fill(0, 0, 32)),
					changed((copy) => copy.fill(0, 32, 64)),
					changed((copy) => copy.set(toBytes32(n), 0)),
					changed((copy) => copy.set(toBytes32((toNumber(signature.subarray(0, 32)) % 1000n) + n), 0)),
					changed((copy) => copy.set(toBytes32(n / 2n + 1n), 32)),
					signature.slice(0, 64),
					fromHex(`${toHex(signature)}00`),
				];
				for (const wrong of refused) {
					expect(isSignature(wrong)).toBe(false);
					expect(() => recoverKey(digest, wrong)).toThrow('not-a-signature');
				}
				expect(isSignature(changed((copy) => copy.set(toBytes32(n / 2n), 32)))).toBe(true);
			}),
			runs,
		);
	});

	it('of no key: everybody makes the same, it is low, and nothing but the whole of it counts', () => {
		fc.assert(
			fc.property(digests, fc.integer({ min: 0, max: 64 }), fc.integer({ min: 1, max: 255 }), (digest, at, change) => {
				const signature = keylessSignature(digest);
				expect(isSignature(signature)).toBe(true);
				expect(isKeyless(digest, signature)).toBe(true);
				signature[at] = (signature[at] as number) ^ change;
				expect(isKeyless(digest, signature)).toBe(false);
			}),
			runs,
		);
	});

	it('version 2, an unknown flag and a cut wire form are no bauta messages', () => {
		const message = sendMessage({ mode: 'one-time', room: 'xmpp:a@b', text: 'x', generation: current(me, 0) });
		const wire = fromBase64url(message.wires[0] ?? '');
		const changed = (at: number, value: number) => toBase64url(wire.map((byte, place) => (place === at ? value : byte)));
		for (const wires of [[changed(0, 2)], [changed(0, 0)], [changed(1, 2)], [changed(1, 0x81)], [toBase64url(wire.slice(0, -1))]])
			expect(recognise({ ...message, wires }, heldBy(me, [0]))).toBeNull();
	});
});
