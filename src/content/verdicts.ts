import type { Network } from '../messages/rooms.ts';
import { ask } from './bridge/ask.ts';
import { labelledRooms, verdictQuestion } from './labels.ts';

/** ms until the background is asked again what it did not answer: the double each time, up to the longest */
const firstPause = 2000;
const longestPause = 64_000;
/** how often the background has said that verdicts may have changed */
let changes = 0;

/**
 * Asks about every message that has a label, whether or not its verdict is another one now (THREATS.md P9).
 * What gets no answer is nobody's until there is one. @param lives whether Bauta still runs in the page @param pause ms until
 * it is asked again
 */
export async function askForVerdicts(network: Network, lives: () => boolean, pause = firstPause): Promise<void> {
	const change = ++changes;
	let isUnanswered = false;
	for (const address of labelledRooms()) {
		const { handles, takeAnswer } = verdictQuestion(address);
		if (!handles) continue;
		const answer = await ask('content.verdicts', { room: { network, address }, handles }).catch(() => null);
		if (change !== changes || !lives()) return;
		isUnanswered ||= !answer;
		takeAnswer(answer?.mine ?? '');
	}
	if (isUnanswered && pause <= longestPause) setTimeout(() => change === changes && askForVerdicts(network, lives, 2 * pause), pause);
}
