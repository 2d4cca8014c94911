import { randomBytes } from './page/shadow-hosts.ts';

/** how many marks are drawn at a turn; where there are very many, a hundredth of them */
const lotSize = 4;
/** ms in a 256th of the longest pause between two turns: at least, and where there are few marks */
const [shortStep, longStep] = [1, 8];
/** how many turns all marks take, where the pauses between them can be chosen so: some six seconds */
const turns = 50;
/** ms between two pieces of litter, on average */
const litterPause = 50;
/** elements of 4 bytes that litter has at most: at a turn as many as asking for verdicts takes, and else as many as what comes from the background */
const [mostAtTurn, mostBetween] = [4000, 1000];

/** Chromium tells a page how much memory its scripts take, ours among them. The page cannot change what this world sees of that. */
const isSeen = 'memory' in performance;
const byte = () => Number(randomBytes(1));
/** what waits for a turn */
const waiting: (() => void)[] = [];
/** the last piece of litter */
const litter: unknown[] = [];
let isRunning = false;

/** Takes memory that nobody needs, more often little than much. */
function dropLitter(most: number): void {
	if (isSeen) litter[0] = Array(Math.floor(most * (byte() / 255) ** 2));
}

/** Resolves at a turn, which then drops no litter: what is done takes its place. At once where no page can see that. */
export const untilTurn = (): Promise<void> => (isSeen ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve());

/**
 * Has all marks drawn once more, a few at a turn, and turns come at moments that nobody can foretell; then all of them again, as long as there may
 * be any. What is learned changes what is drawn, and nothing of when, nor of how much memory is taken: a page feels the one and sees the other, and
 * would be told of an unlock (THREATS.md P9). Does nothing where it is under way.
 * @param all the marks there are; null: there will be none
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
		const act = waiting.shift();
		if (act) act();
		else dropLitter(mostAtTurn);
		setTimeout(turn, byte() * step);
	};
	setTimeout(turn, byte() * step);
	const dropMore = () => {
		if (!isRunning) return;
		dropLitter(mostBetween);
		setTimeout(dropMore, -litterPause * Math.log((1 + byte()) / 257));
	};
	if (isSeen) dropMore();
}
