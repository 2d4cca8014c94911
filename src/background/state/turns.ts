/** So many costly steps are taken in a row before others get their turn. */
const stepsInARow = 8;

/** Runs through items of which each costs work, and lets others have their turn in between. */
export async function* inTurns<T>(items: readonly T[]): AsyncGenerator<T> {
	for (const [at, item] of items.entries()) {
		yield item;
		if (at % stepsInARow === stepsInARow - 1) await new Promise((resolve) => setTimeout(resolve));
	}
}
