import { BautaError, type ErrorCode } from '../messages/errors.ts';

/** How long a task may take, and what is thrown when it takes longer. */
export interface TimeLimit {
	/** how long the task may take, in ms */
	ms: number;
	/** aborts when somebody cancels; then the task is over too */
	signal?: AbortSignal | undefined;
	/** what is thrown when the time is over */
	code?: ErrorCode;
	detail?: string;
}

const isCancellation = (thrown: unknown): boolean =>
	thrown instanceof BautaError ? thrown.code === 'cancelled' : thrown instanceof DOMException && thrown.name === 'AbortError';

/**
 * Runs a task that must be over in time. Its signal aborts when the time is over or `limit.signal` aborts; `extend` counts the time anew.
 * The task is waited for, so that it can clean up behind itself: what does not heed a signal goes through `unlessAborted`.
 * What the abort made the task throw is thrown as `limit.code` (default `timed-out`) when the time was over and as `cancelled` when
 * somebody cancelled: the task itself cannot tell the two apart. What else it throws is thrown as it is.
 */
export async function withTimeLimit<T>(limit: TimeLimit, task: (signal: AbortSignal, extend: () => void) => Promise<T>): Promise<T> {
	const { ms, signal: cancelling, code = 'timed-out', detail = '' } = limit;
	const deadline = new AbortController();
	let timer: ReturnType<typeof setTimeout> | undefined;
	const extend = () => {
		clearTimeout(timer);
		timer = setTimeout(() => deadline.abort(), ms);
	};
	extend();
	try {
		return await task(cancelling ? AbortSignal.any([cancelling, deadline.signal]) : deadline.signal, extend);
	} catch (thrown) {
		if (!isCancellation(thrown)) throw thrown;
		if (cancelling?.aborted) throw new BautaError('cancelled');
		throw deadline.signal.aborted ? new BautaError(code, detail) : thrown;
	} finally {
		clearTimeout(timer);
	}
}

/** What a promise gives that nobody can cancel, or `cancelled` as soon as the signal aborts; then nobody hears of its result. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		const stop = () => reject(new BautaError('cancelled'));
		if (signal.aborted) stop();
		signal.addEventListener('abort', stop, { once: true });
		promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
	});
}
