/** One measured figure beside what it should be. */
export interface Figure {
	name: string;
	/** in words, with its interval */
	value: string;
	/** in words; '' when there is none */
	goal: string;
	/** null when there is no goal */
	met: boolean | null;
}

export function line({ name, value, goal, met }: Figure): string {
	const judged = met === null ? '' : met ? `  goal ${goal}: met` : `  goal ${goal}: MISSED`;
	return `${name}: ${value}${judged}`;
}

/** ms between two lines */
const progressMs = 20_000;
let lastTold = performance.now();

/** Tells on standard error how far a long measurement has come, now and then. */
export function tellProgress(name: string, done: number, all: number): void {
	if (performance.now() - lastTold < progressMs) return;
	lastTold = performance.now();
	process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${name}: ${done} of ${all}\n`);
}
