/**
 * ms after which what was waited for is taken to never come. Only a failure waits so long, so it is what a machine needs that does
 * other things beside.
 */
export const patience = 150_000;

/** A pause as long as the last look took, which began then (unix ms): looking leaves the machine to what is looked for. */
export const pauseAfter = (began: number): Promise<void> => new Promise((next) => setTimeout(next, Math.max(50, Date.now() - began)));

/** Looks again and again until there is something to see, and returns it. Throws when `longest` ms are over. */
export async function until<T>(look: () => T | Promise<T>, what: string, longest = patience): Promise<NonNullable<Awaited<T>>> {
	for (const end = Date.now() + longest; ; ) {
		const began = Date.now();
		const seen = await look();
		if (seen) return seen;
		if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
		await pauseAfter(began);
	}
}
