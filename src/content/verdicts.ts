import type { Network } from '../messages/rooms.ts';
import { ask } from './bridge/ask.ts';
import { labelledMessages, replaceVerdicts } from './labels.ts';

/** ms until the background is asked again what it did not answer: the double each time, up to the longest */
const firstPause = 2000;
const longestPause = 64_000;
/** how often the background has said that verdicts may have changed */
let changes = 0;

/** The page whose labels are asked about. */
interface LabelledPage {
	network: Network;
	/** whether Bauta still runs in it */
	lives(): boolean;
}

/**
 * Asks about every message that has a label, whether or not its verdict is another one now, and has all of them drawn once more (THREATS.md P9).
 * What gets no answer is nobody's until there is one. @param pause ms until it is asked again
 */
export async function askForVerdicts(page: LabelledPage, pause = firstPause): Promise<void> {
	const change = ++changes;
	let isAnswered = true;
	for (const [address, messages] of labelledMessages()) {
		const room = { network: page.network, address };
		const answer = await ask('content.unlabelled', { room, messages }).catch(() => null);
		if (change !== changes || !page.lives()) return;
		isAnswered &&= answer !== null;
		replaceVerdicts(room, messages, answer?.labels ?? []);
	}
	if (isAnswered || pause > longestPause) return;
	setTimeout(() => {
		if (change === changes) void askForVerdicts(page, 2 * pause);
	}, pause);
}
