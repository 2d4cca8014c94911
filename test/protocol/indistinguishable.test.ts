import { describe, expect, it } from 'vitest';
import { personaWords, voiceWordNumbers, type Words, wordNumbers, wordsOf } from '../../src/protocol/author.ts';
import { concat, toHex } from '../../src/protocol/bytes.ts';
import { composeMessage, type Draft, randomEnvelope, sealedEnvelope } from '../../src/protocol/compose.ts';
import { slotOf } from '../../src/protocol/envelope.ts';
import { generationNode } from '../../src/protocol/generation.ts';
import { cachedParent } from '../../src/protocol/keyring.ts';
import { hardenedPath } from '../../src/protocol/node.ts';
import { contentHash } from '../../src/protocol/text.ts';
import { now, rootOf, seededRandom } from './samples.ts';

// THREATS.md I3d: nobody may tell a one-time message, a persona's first message and a no-trace message apart.

const count = 100_000;
const slot = slotOf(now);
const room = 'xmpp:room@muc.example.org';
const generation = { generation: 2, node: generationNode(rootOf(6), 2) };
type Maker = (at: number) => Uint8Array;

/**
 * The very functions that make envelopes. Only the multiplication that gives the public key is spared, of a third of a
 * millisecond each: the author key enters no byte but through the seal, so 33 random bytes stand for it.
 */
function makers(): Record<'one-time' | 'persona' | 'no trace', Maker> {
	const random = seededRandom('envelopes');
	const content = contentHash(room, 'always the same text', '');
	const scope = personaWords(room);
	const sealed = (kind: 'one-time' | 'persona', words: Words, n: number) =>
		sealedEnvelope({ room, random }, generation, { kind, words, n }, concat(Uint8Array.of(2), random(32)), content, slot);
	return {
		'one-time': () => sealed('one-time', wordsOf(random(16)), 0),
		persona: (at) => sealed('persona', scope, at),
		'no trace': () => randomEnvelope({ random }, slot),
	};
}

/** How often each byte stands at each place. */
function countBytes(make: Maker): Uint32Array {
	const counts = new Uint32Array(94 * 256);
	for (let at = 0; at < count; at++) {
		const envelope = make(at);
		if (envelope.length !== 94) throw new Error(`${envelope.length} bytes`);
		for (let place = 0; place < 94; place++) {
			const cell = place * 256 + (envelope[place] as number);
			counts[cell] = (counts[cell] as number) + 1;
		}
	}
	return counts;
}

/** Pearson's statistic of one place against evenly spread bytes: 255 degrees of freedom, mean 255, deviation 22.6. */
function unevenness(counts: Uint32Array, place: number): number {
	const expected = count / 256;
	return counts.subarray(place * 256, place * 256 + 256).reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
}

/** The same of one place between two kinds of messages. */
function difference(a: Uint32Array, b: Uint32Array, place: number): number {
	let sum = 0;
	for (let cell = place * 256; cell < place * 256 + 256; cell++) {
		const [x, y] = [a[cell] as number, b[cell] as number];
		if (x + y > 0) sum += (x - y) ** 2 / (x + y);
	}
	return sum;
}

/** ten deviations above the mean, over some thousand places looked at: never by chance */
const limit = 255 + 10 * Math.sqrt(2 * 255);
const randomPlaces = Array.from({ length: 94 - 6 }, (_, at) => at + 6);

describe(`${count} envelopes of each kind`, () => {
	const { 'one-time': oneTime, persona, 'no trace': noTrace } = makers();

	it('have the same first six bytes, and the rest is evenly spread and alike', () => {
		const all = [oneTime, persona, noTrace].map(countBytes) as [Uint32Array, Uint32Array, Uint32Array];
		const head = oneTime(0).subarray(0, 6);
		for (const counts of all) {
			for (let place = 0; place < 6; place++) expect(counts[place * 256 + (head[place] as number)]).toBe(count);
			for (const place of randomPlaces) expect(unevenness(counts, place), `byte ${place}`).toBeLessThan(limit);
		}
		for (const place of randomPlaces) {
			expect(difference(all[0], all[1], place), `byte ${place}`).toBeLessThan(limit);
			expect(difference(all[0], all[2], place), `byte ${place}`).toBeLessThan(limit);
		}
	}, 180_000);

	it('would be told apart if a single bit of them were cleared, as the words are inside the seal', () => {
		const leaky = countBytes((at) => {
			const envelope = noTrace(at);
			envelope[50] = (envelope[50] as number) & 0x7f;
			return envelope;
		});
		expect(unevenness(leaky, 50)).toBeGreaterThan(limit);
		expect(unevenness(leaky, 51)).toBeLessThan(limit);
	}, 60_000);
});

describe('whole messages', () => {
	it('have one length in every mode, and one for each transport', () => {
		const random = seededRandom('lengths');
		const lengths = (transport: Draft['transport'], modes: Draft['mode'][]) =>
			modes.map((mode) => {
				const draft = { mode, transport, room, text: 'x', replyTo: '', now, random, generation, persona: { scope: room, n: 1 } };
				return composeMessage(draft).wire.length;
			});
		expect(new Set(lengths('recoverable', ['one-time', 'persona', 'no-trace', 'keyless']))).toEqual(new Set([212]));
		expect(new Set(lengths('nostr', ['one-time', 'persona', 'no-trace']))).toEqual(new Set([126]));
		expect(() => lengths('nostr', ['keyless'])).toThrow('mode-unavailable');
	});
});

describe('keys', () => {
	it('no draw of words repeats in 10^6 messages, and distinct words are distinct keys', () => {
		const random = seededRandom('words');
		const drawn = random(16_000_000);
		// half of the words are enough: two draws that differ there are two draws
		const halves = new BigUint64Array(1_000_000);
		const parts = new Uint32Array(halves.buffer);
		for (let at = 0; at < 1_000_000; at++) {
			const [w1, w2] = wordsOf(drawn.subarray(16 * at, 16 * at + 16));
			parts[2 * at] = w1;
			parts[2 * at + 1] = w2;
		}
		halves.sort();
		let repeated = 0;
		for (let at = 1; at < halves.length; at++) if (halves[at] === halves[at - 1]) repeated++;
		expect(repeated).toBe(0);
		// all 10^6 keys are derived by `npm run fuzz`; here so many that the test stays short
		const parent = cachedParent(generation.node, 0);
		const keys = new Set<string>();
		for (let at = 0; at < 5_000; at++) keys.add(toHex(hardenedPath(parent, wordsOf(random(16))).privateKey));
		expect(keys.size).toBe(5_000);
	}, 120_000);
});

describe('names of guests', () => {
	const names = 40_000;
	/** Pearson's statistic of one of the first two words, and of whether the two hang together: 2047 degrees of freedom each. */
	function unevenNames(make: () => number[]): number[] {
		const counts = [0, 1, 2].map(() => new Uint32Array(2048));
		for (let at = 0; at < names; at++) {
			const [first, second] = make() as [number, number];
			for (const [place, word] of [first, second, (first + second) % 2048].entries()) {
				const cells = counts[place] as Uint32Array;
				cells[word] = (cells[word] as number) + 1;
			}
		}
		const expected = names / 2048;
		return counts.map((cells) => cells.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0));
	}

	it('a voice’s first name and one that is drawn for a single message are evenly spread and alike', () => {
		const random = seededRandom('names');
		const ofVoices = unevenNames(() => voiceWordNumbers(concat(Uint8Array.of(2), random(32))));
		const drawn = unevenNames(() => wordNumbers(random(22)));
		for (const unevenness of [...ofVoices, ...drawn]) expect(unevenness).toBeLessThan(2047 + 10 * Math.sqrt(2 * 2047));
		expect(voiceWordNumbers(concat(Uint8Array.of(2), random(32)))).toHaveLength(wordNumbers(random(22)).length);
	});
});
