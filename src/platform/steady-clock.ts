/** What a clock shows, and how far it is ahead of the wall clock, ms. */
export interface ClockReading {
	time: number;
	ahead: number;
}

/** Less than this, ms, is no clock put back: clocks drift, and what reads two of them is sometimes late. */
export const drift = 5000;

/**
 * A clock for durations, in ms. It begins as unix time. Where the wall clock is put back, by hand or by the network, it goes on as if nothing
 * had happened: `performance.now()` tells. That one alone would not do, as in some browsers it stands still while the computer sleeps, and it
 * begins anew with each worker. Where the wall clock jumps ahead, so does this one: it may have been sleep. Its times are no dates.
 */
export class SteadyClock {
	#time: number;
	#ahead: number;
	#wall = Date.now();
	#tick = performance.now();

	/** `earlier`: what such a clock showed some time before, in another worker. */
	constructor(earlier: ClockReading = { time: 0, ahead: 0 }) {
		this.#time = earlier.time;
		this.#ahead = earlier.ahead;
	}

	/** The time now: never less than before. */
	read(): ClockReading {
		const [wall, tick] = [Date.now(), performance.now()];
		const slip = tick - this.#tick - (wall - this.#wall);
		if (slip > drift) this.#ahead += Math.round(slip);
		// put back while nobody looked: what was shown before is the least that it can be
		if (wall + this.#ahead < this.#time - drift) this.#ahead = this.#time - wall;
		this.#time = Math.max(this.#time, wall + this.#ahead);
		[this.#wall, this.#tick] = [wall, tick];
		return { time: this.#time, ahead: this.#ahead };
	}

	/** The time now, ms. */
	now(): number {
		return this.read().time;
	}
}

/** Those of `times` that lie no further back than `period` ms. One that lies ahead is of a clock that was put back, and counts as now. */
export function recentTimes(times: readonly number[], period: number, now: number): number[] {
	return times.map((time) => Math.min(time, now)).filter((time) => now - time < period);
}

/** A time of the wall clock (unix ms) as one of `performance.now()`, which goes on where that clock is put right. 0, which is none, stays 0. */
export const onPageClock = (time: number): number => (time === 0 ? 0 : Math.max(1, time - Date.now() + performance.now()));
