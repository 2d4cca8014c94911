import { browser } from '../platform/api/browser.ts';
import { BautaError } from './errors.ts';
import type { Answer, RequestName, Requests } from './messages.ts';

/** Asks the background. Throws the BautaError that it answers with, or `internal` when nobody answers. */
export async function request<N extends RequestName>(to: N, body: Requests[N]['in']): Promise<Requests[N]['out']> {
	const answer = (await browser.runtime.sendMessage({ to, body })) as Answer<N> | undefined;
	if (!answer) throw new BautaError('internal', 'no answer');
	if (!answer.ok) throw new BautaError(answer.fault.code, answer.fault.detail);
	return answer.value;
}
