/** Makes a function that looks again and again until there is something to see, and returns it. It throws when `patience` ms are over. */
export const patient =
	(patience: number) =>
	async <T>(look: () => T | Promise<T>, what: string, longer = patience): Promise<NonNullable<Awaited<T>>> => {
		for (const end = Date.now() + longer; Date.now() < end; ) {
			const seen = await look();
			if (seen) return seen;
			await new Promise((next) => setTimeout(next, 50));
		}
		throw new Error(`waited in vain for ${what}`);
	};
