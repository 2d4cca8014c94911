import { browser } from '../platform/api/browser.ts';
import { BautaError } from './errors.ts';
import type { Answer, RequestName, Requests } from './messages.ts';

/** What a browser says where nobody heard a message: it was just ending the background, and begins it anew for the next one. */
const unheard = /Receiving end/;
/** how often a message that nobody heard is sent again, and ms before that */
const [mostTries, pause] = [3, 300];

async function send(message: unknown): Promise<unknown> {
	for (let tries = 0; ; tries++)
		try {
			return await browser.runtime.sendMessage(message);
		} catch (thrown) {
			if (tries === mostTries || !unheard.test(`${thrown}`)) throw thrown;
			await new Promise((over) => setTimeout(over, pause));
		}
}

/** Asks the background. Throws the BautaError that it answers with, or `internal` when nobody answers. */
export async function request<N extends RequestName>(to: N, body: Requests[N]['in']): Promise<Requests[N]['out']> {
	const answer = (await send({ to, body })) as Answer<N> | undefined;
	if (!answer) throw new BautaError('internal', 'no answer');
	if (!answer.ok) throw new BautaError(answer.fault.code, answer.fault.detail);
	return answer.value;
}
