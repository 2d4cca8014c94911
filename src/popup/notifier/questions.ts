import { useRef, useState } from 'preact/hooks';
import type { NotifierRequests, NotifierState } from '../../messages/notifier.ts';
import { request } from '../../messages/request.ts';

/** Asks the background something about the notifier. What it answers is shown, unless a later question was answered before. */
export type Ask = <N extends keyof NotifierRequests>(to: N, body: NotifierRequests[N]['in']) => Promise<NotifierState>;

/** How things stand by the newest answer, null before the first one; and what asks. */
export function useNotifier(): [state: NotifierState | null, ask: Ask] {
	const [state, setState] = useState<NotifierState | null>(null);
	/** questions are numbered: one about a notifier that is slow may be answered after the next */
	const numbers = useRef({ asked: 0, newestAnswer: 0 });
	const ask: Ask = async (to, body) => {
		const { current } = numbers;
		const number = ++current.asked;
		const answer = (await request(to, body)) as NotifierState;
		if (number < current.newestAnswer) return answer;
		current.newestAnswer = number;
		setState(answer);
		return answer;
	};
	return [state, ask];
}
