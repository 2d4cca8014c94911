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
