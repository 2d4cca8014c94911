/** How many are remembered. */
const most = 20_000;

/** Remembers names of what has come, the oldest forgotten first. */
export class Recent {
	readonly #names = new Set<string>();

	has(name: string): boolean {
		return this.#names.has(name);
	}

	add(name: string): void {
		this.#names.add(name);
		if (this.#names.size > most) for (const oldest of this.#names.values()) return void this.#names.delete(oldest);
	}
}
