import { drawTime, waitFor } from '../platform/random-time.ts';

/**
 * What everyone in the room sees: the time from joining to speaking, and from speaking to leaving, ms. Both spread over seconds, beside which
 * the way to the server and back is short.
 */
const pauseMs = [2000, 20_000] as const;
const lingerMs = [2000, 9000] as const;
/**
 * What the server alone sees: the time from one request to the next, ms. No shorter than an answer takes from far away over a new connection
 * (three ways there and back of 500 ms), so that no request has to wait for one.
 */
const stepMs = [1500, 2500] as const;
/** How much later than the first of a room's servers another one is sent the message, at most, ms. */
const spreadMs = 7000;

/**
 * When the parts of one post leave. Whoever waits for each answer and then goes on shows how far away they are: the gaps are as long as the way
 * there and back (THREATS.md T5). So each gap is drawn, and counts from when the part before had left and not from the answer to it: the way is not
 * in it.
 */
export class Pace {
	readonly #isHasty: boolean;
	/** when the part before left, on a clock that nobody sets */
	#last = performance.now();

	/** `isHasty`: the user wants no delay at all, so nothing waits here either. */
	constructor(isHasty = false) {
		this.#isHasty = isHasty;
	}

	/** Something has left, as far as the browser tells: on a busy machine that is later than when it was to leave. */
	mark(): void {
		this.#last = performance.now();
	}

	/** Waits until the guest may speak. Throws `cancelled`. */
	pause(signal?: AbortSignal): Promise<void> {
		return this.#wait(pauseMs, signal);
	}

	/** Waits until the guest may leave. */
	linger(): Promise<void> {
		return this.#wait(lingerMs, undefined);
	}

	/**
	 * On a connection that was opened just now: waits until the first word may leave. The way is in this gap, and small beside it. Throws
	 * `cancelled`.
	 */
	settle(signal?: AbortSignal): Promise<void> {
		this.mark();
		return this.#wait(lingerMs, signal);
	}

	/**
	 * How long after the first, in ms, each of so many servers is to be sent the same message. Whoever reads at two of them would see from a
	 * message that leaves for both at once how much nearer the author is to one.
	 */
	spread(count: number): number[] {
		const times = Array.from({ length: count }, () => (this.#isHasty ? 0 : drawTime(0, spreadMs)));
		return times.map((time) => time - Math.min(...times));
	}

	/** Waits until the next request may leave. Throws `cancelled`. */
	step(signal?: AbortSignal): Promise<void> {
		return this.#wait(stepMs, signal);
	}

	async #wait([least, most]: readonly [number, number], signal: AbortSignal | undefined): Promise<void> {
		if (this.#isHasty) return;
		const rest = this.#last + drawTime(least, most) - performance.now();
		// an answer that took longer than all of it would show the way after all: the wait begins anew
		await waitFor(rest > 0 ? rest : drawTime(least, most), signal);
		this.mark();
	}
}
