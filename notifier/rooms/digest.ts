import { createHmac, randomInt } from 'node:crypto';
import { fromHex, toHex } from '../../src/protocol/bytes.ts';
import type { Verdict } from './filter.ts';

/** Fixed times, `interval` ms apart, shifted by an installation's phase (0 to 1): the number of the window that a time is in. */
export const windowAt = (time: number, interval: number, phase: number): number => Math.floor((time - phase * interval) / interval);

/** windows over which the rate of a room is an average; until so many were seen, a room counts as lively, which covers more */
const memory = 100;
const prior = 10;

/** What one subscription's room has seen. */
export class RoomWindow {
	#hasOthers = false;
	/** the marks of its owner's messages, hex, each once */
	#own = new Set<string>();
	/** the room was not read for a while: others may have written */
	#isDoubtful = false;
	/** share of windows with somebody else's message, and how many windows it is made of */
	#rate = 1;
	#count = prior;

	/** Whether nothing that comes can change this window any more. Nothing that is asked of a server may depend on it. */
	get isSettled(): boolean {
		return this.#hasOthers;
	}

	/** The room is not read just now. */
	doubt(): void {
		this.#isDoubtful = true;
	}

	/** A message of this window, with its mark. */
	add(verdict: Verdict, mark: Uint8Array): void {
		if (verdict === 'own') this.#own.add(toHex(mark));
		else if (verdict === 'other') this.#hasOthers = true;
	}

	/**
	 * Ends the window, and says whether it asks for a push: it does with anybody else's message in it. Where it holds the owner's own alone, each of
	 * them asks for one with probability q, the rate at which this room's windows hold others, or `leastCover` where that is more: else a message
	 * without a push would be the owner's for certain (docs/notifier.md). So in whatever company a server shows a message, it stands without a push
	 * only where its own draw says so. Where the room was not read for a while, each asks for one for certain: others may have written, whom everybody
	 * but the notifier has seen.
	 * @param draw from 0 to 1, for a mark
	 */
	close(leastCover: number, draw: (mark: Uint8Array) => number): boolean {
		const cover = Math.max(this.#rate, leastCover);
		const [hasOthers, isDoubtful, own] = [this.#hasOthers, this.#isDoubtful, [...this.#own]];
		if (hasOthers || !isDoubtful) {
			this.#count = Math.min(this.#count + 1, memory);
			this.#rate += ((hasOthers ? 1 : 0) - this.#rate) / this.#count;
		}
		this.#hasOthers = this.#isDoubtful = false;
		this.#own.clear();
		return hasOthers || own.some((mark) => isDoubtful || draw(fromHex(mark)) < cover);
	}
}

const fine = 2 ** 40;
/** A random number from 0 to 1, as even as the machine's cryptography has it. */
export const uniform = (): number => randomInt(fine) / fine;

/** Chance that comes out the same each time that it is drawn for the same mark: from 0 to 1, by an installation's own random bytes. */
export const drawFor = (chance: Uint8Array, mark: Uint8Array): number =>
	createHmac('sha256', chance).update(mark).digest().readUIntBE(0, 5) / fine;
