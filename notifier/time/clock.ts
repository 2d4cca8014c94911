import { periodOf, slotOf } from '../../src/protocol/envelope.ts';

/** Where the notifier has its times from. Tests have one of their own. */
export interface Clock {
	/** Unix milliseconds */
	now(): number;
	/** milliseconds from any beginning on, which no setting of the clock changes */
	steady(): number;
}

/** The machine's. */
export const machineClock: Clock = { now: () => Date.now(), steady: () => performance.now() };

/** milliseconds of a day */
export const dayMs = 86_400_000;
const periodMs = 30 * dayMs;
/** how long a clock that has jumped has to go on before it counts */
const probationMs = dayMs;

/** The thirty-day period (docs/protocol.md §0) of a time in Unix milliseconds. */
export const periodAt = (milliseconds: number): number => periodOf(slotOf(milliseconds / 1000));

/**
 * Notices a clock that jumps by half a period or more while the notifier runs. What depends on the date, which is to forget keys and
 * installations for good, waits then: a day, or until somebody has put it right.
 */
export class JumpWatch {
	readonly #clock: Clock;
	#last: { now: number; steady: number };
	/** since when the clock is doubted, by the steady one, and how far it is off what it should show */
	#doubt: { since: number; off: number } | null = null;
	/** by hour of the steady clock, of the last day: how far the clock went off in it. Several jumps are as good as one */
	#off = new Map<number, number>();

	constructor(clock: Clock) {
		this.#clock = clock;
		this.#last = { now: clock.now(), steady: clock.steady() };
	}

	/** Whether the clock can be gone by. To be asked often: it looks at how both clocks have gone on since it was asked last. */
	isTrusted(): boolean {
		const [now, steady] = [this.#clock.now(), this.#clock.steady()];
		const jump = now - this.#last.now - (steady - this.#last.steady);
		this.#last = { now, steady };
		const hour = Math.floor(steady / 3_600_000);
		this.#off.set(hour, (this.#off.get(hour) ?? 0) + jump);
		for (const each of this.#off.keys()) if (each < hour - 24) this.#off.delete(each);
		const sum = [...this.#off.values()].reduce((all, each) => all + each, 0);
		if (Math.abs(jump) >= periodMs / 2) this.#doubt = { since: steady, off: (this.#doubt?.off ?? 0) + jump };
		else if (this.#doubt) this.#doubt.off += jump;
		else if (Math.abs(sum) >= periodMs / 2) this.#doubt = { since: steady, off: sum };
		const doubt = this.#doubt;
		if (doubt && (Math.abs(doubt.off) < dayMs || steady - doubt.since >= probationMs)) {
			this.#doubt = null;
			this.#off.clear();
		}
		return this.#doubt === null;
	}
}
