/**
 * ms after which what was waited for is taken to never come. Only a failure waits so long, so it is what a machine needs that does
 * other things beside.
 */
export const patience = 150_000;

/**
 * A pause of some times what the last look took, which began then (`performance.now()`, as some tests set the clock): looking at a page is
 * work for the same machine that what is looked for has to come from.
 */
export function pauseAfter(began: number): Promise<void> {
	const took = performance.now() - began;
	const ms = Math.max(50, took, Math.min(3 * took, 500));
	return new Promise((next) => setTimeout(next, ms));
}

/** Looks again and again until there is something to see, and returns it. Throws when `longest` ms are over. */
export async function until<T>(look: () => T | Promise<T>, what: string, longest = patience): Promise<NonNullable<Awaited<T>>> {
	for (const end = performance.now() + longest; ; ) {
		const began = performance.now();
		const seen = await look();
		if (seen) return seen;
		if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
		await pauseAfter(began);
	}
}

/** ms after which a press is taken to have missed: it does where what is pressed moves at that moment */
const missTime = 10_000;

/** Presses until that has its effect, and returns what shows it. Throws when it never has. */
export const pressUntil = <T>(
	press: () => Promise<unknown>,
	effect: () => T | Promise<T>,
	what: string,
): Promise<NonNullable<Awaited<T>>> =>
	until(async () => {
		// a browser may have no answer to a click that opens a question of its own
		const pressed = press();
		pressed.catch(() => {});
		let timer: ReturnType<typeof setTimeout> | undefined;
		const late = new Promise((resolve) => {
			timer = setTimeout(resolve, missTime);
		});
		await Promise.race([pressed, late]).finally(() => clearTimeout(timer));
		return until(effect, what, missTime).catch(() => null);
	}, what) as Promise<NonNullable<Awaited<T>>>;
