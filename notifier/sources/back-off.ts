import { randomInt } from 'node:crypto';

/** What bounds a server that is gone, lies or floods. All in ms. */
export interface Patience {
	/** before the first new try; doubled with each that fails, up to `longest` */
	first: number;
	longest: number;
	/** how long a connection has to last for the next failure to count as the first */
	steady: number;
	/** how long a connection may be silent before it is asked whether it is there, and again until it counts as gone */
	silence: number;
}

export const usualPatience: Patience = { first: 2000, longest: 600_000, steady: 60_000, silence: 60_000 };

/** When to try again: later each time, and never together with everybody else. */
export class BackOff {
	readonly #patience: Patience;
	#failures = 0;
	#connectedAt = Number.POSITIVE_INFINITY;

	constructor(patience: Patience) {
		this.#patience = patience;
	}

	/** A connection stands, at a time of a steady clock. */
	connected(at: number): void {
		this.#connectedAt = at;
	}

	/** A try or a connection has failed: ms until the next. `isGrave`: the server did what it must not, so the wait is the longest. */
	failed(at: number, isGrave = false): number {
		const { first, longest, steady } = this.#patience;
		if (at - this.#connectedAt >= steady) this.#failures = 0;
		this.#connectedAt = Number.POSITIVE_INFINITY;
		const wait = isGrave ? longest : Math.min(longest, first * 2 ** Math.min(this.#failures, 30));
		this.#failures++;
		// half of it, and as much again by chance
		return wait / 2 + randomInt(Math.max(1, Math.round(wait / 2)));
	}
}
