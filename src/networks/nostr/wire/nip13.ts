import { sha256 } from '@noble/hashes/sha2.js';
import { serialize, type Template } from './nip01.ts';

/** More is refused: at 28 bits a phone works for a quarter of an hour, and the message's time slot goes by. */
export const maxBits = 28;

/**
 * The work that is done where a relay asks for so many bits: one of eight amounts. It stands in the event for everybody, and a relay that asks
 * each guest for another amount would have all see which messages are one author's (THREATS.md D1).
 */
export const usualBits = (bits: number): number => (bits === 0 ? 0 : Math.min(maxBits, Math.max(16, bits + (bits % 2))));

/** What is hashed again and again, cut around the counter. Plain JSON, so that it can go to a worker. */
export interface WorkOrder {
	before: string;
	after: string;
	bits: number;
}

const counterDigits = 12;
const counterAt = (order: number): string => String(order).padStart(counterDigits, '0');
/** every counter is drawn below this, so that none tells how long the work took or how fast the machine is */
export const counterEnd = 10 ** counterDigits;

/** Leading zero bits of a hash, NIP-13. */
export function leadingZeroBits(hash: Uint8Array): number {
	let bits = 0;
	for (const byte of hash) {
		if (byte === 0) bits += 8;
		else return bits + Math.clz32(byte) - 24;
	}
	return bits;
}

/** The tag that carries the work and says what was aimed at. It stands last, so that all before it is hashed once. */
export const nonceTag = (counter: string, bits: number): string[] => ['nonce', counter, String(bits)];

/** Takes a template without a nonce tag. */
export function workOrder(template: Template, bits: number): WorkOrder {
	const whole = serialize({ ...template, tags: [...template.tags, nonceTag(counterAt(0), bits)] });
	const after = `","${bits}"]],${JSON.stringify(template.content)}]`;
	return { before: whole.slice(0, -after.length - counterDigits), after, bits };
}

/**
 * Tries `count` counters from `start` on (wrapping at `counterEnd`). Returns the first that gives a hash with enough zero bits, or null.
 * The part before the counter is hashed once for all.
 */
export function tryCounters(order: WorkOrder, start: number, count: number): string | null {
	const encoder = new TextEncoder();
	const prefixHash = sha256.create().update(encoder.encode(order.before));
	const after = encoder.encode(order.after);
	const hash = prefixHash.clone();
	for (let at = 0; at < count; at++) {
		const counter = counterAt((start + at) % counterEnd);
		prefixHash._cloneInto(hash);
		const digest = hash.update(encoder.encode(counter)).update(after).digest();
		if (leadingZeroBits(digest) >= order.bits) return counter;
	}
	return null;
}
