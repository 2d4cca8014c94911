import type { Clock } from '../time/clock.ts';
import type { Outcome } from './send.ts';

/** ms after a push that could not be delivered, until it is tried again; then it is given up */
const pauses = [30_000, 120_000, 480_000];
const mostAtOnce = 20;

/** Pushes on their way: one of each installation at a time, as all are alike. */
export class Pushes {
	readonly #send: (installation: string) => Promise<Outcome>;
	readonly #clock: Clock;
	/** by installation: how often it was tried, and when it is due by the steady clock */
	readonly #waiting = new Map<string, { tries: number; at: number }>();
	readonly #underWay = new Map<string, Promise<void>>();
	readonly #outcomes = new Map<string, Outcome>();
	/** whose last push found nobody: none is sent until they are heard of */
	readonly #deserted = new Set<string>();

	/** `send` resolves to how a push to an installation went */
	constructor(send: (installation: string) => Promise<Outcome>, clock: Clock) {
		this.#send = send;
		this.#clock = clock;
	}

	/** A push is due. */
	add(installation: string): void {
		if (!this.#deserted.has(installation)) this.#waiting.set(installation, { tries: 0, at: this.#clock.steady() });
	}

	/** The installation is heard of: whoever was not there may be again. */
	welcome(installation: string): void {
		this.#deserted.delete(installation);
	}

	/** The installation is delivered to otherwise, or is no more. */
	forget(installation: string): void {
		this.#waiting.delete(installation);
		this.#outcomes.delete(installation);
		this.#deserted.delete(installation);
	}

	/** How the last push went; null where there was none. */
	outcomeOf(installation: string): Outcome | null {
		return this.#outcomes.get(installation) ?? null;
	}

	/** How many installations the last push did not reach. */
	get failing(): number {
		return [...this.#outcomes.values()].filter((outcome) => outcome !== 'delivered').length;
	}

	/** Sends what is due. Resolves when that is done. */
	async flush(): Promise<void> {
		const now = this.#clock.steady();
		for (const [installation, { tries, at }] of this.#waiting) {
			if (this.#underWay.size >= mostAtOnce) break;
			if (at > now || this.#underWay.has(installation)) continue;
			this.#waiting.delete(installation);
			const sending = this.#try(installation, tries).finally(() => this.#underWay.delete(installation));
			this.#underWay.set(installation, sending);
		}
		await Promise.all(this.#underWay.values());
	}

	async #try(installation: string, tries: number): Promise<void> {
		const outcome = await this.#send(installation);
		this.#outcomes.set(installation, outcome);
		if (outcome === 'gone') this.#deserted.add(installation);
		const pause = outcome === 'unreachable' || outcome === 'refused' ? pauses[tries] : undefined;
		// a newer one has taken its place meanwhile
		if (pause === undefined || this.#waiting.has(installation)) return;
		this.#waiting.set(installation, { tries: tries + 1, at: this.#clock.steady() + pause });
	}
}
