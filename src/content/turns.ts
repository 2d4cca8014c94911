import { randomBytes } from './page/shadow-hosts.ts';

/** how many marks are drawn at a turn; where there are very many, a hundredth of them */
const lotSize = 4;
/** ms in a 256th of the longest pause between two turns: at least, and where there are few marks */
const [shortStep, longStep] = [1, 8];
/** how many turns all marks take, where the pauses between them can be chosen so: some six seconds */
const turns = 50;

const byte = () => Number(randomBytes(1));
let isRunning = false;

/**
 * Has all marks drawn once more, a few at a turn, and turns come at moments that nobody can foretell; then all of them again, as long as there may
 * be any. What is learned changes what is drawn, and nothing of when: a page feels that work, and so would be told of an unlock (THREATS.md P9).
 * Does nothing where it is under way. @param all the marks there are; null: there will be none
 */
export function startTurns<M>(all: () => M[] | null, draw: (mark: M) => void): void {
	if (isRunning) return;
	isRunning = true;
	/** what is to be drawn before all have their turn again */
	let due: M[] = [];
	let lot = lotSize;
	let step = longStep;
	const turn = () => {
		if (!due.length) {
			const marks = all();
			if (!marks) {
				isRunning = false;
				return;
			}
			due = marks;
			lot = Math.max(lotSize, due.length / 100);
			step = Math.min(longStep, Math.max(shortStep, (turns * lot) / due.length));
		}
		for (const mark of due.splice(0, lot)) draw(mark);
		setTimeout(turn, byte() * step);
	};
	setTimeout(turn, byte() * step);
}
