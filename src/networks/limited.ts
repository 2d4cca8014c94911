import { BautaError } from '../messages/errors.ts';

/** Runs with a signal that also aborts after `ms`. What that alone cancelled is thrown as `timed-out` with `what`. */
export async function limited<T>(signal: AbortSignal, ms: number, what: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
	const timeout = new AbortController();
	const timer = setTimeout(() => timeout.abort(), ms);
	try {
		return await run(AbortSignal.any([signal, timeout.signal]));
	} catch (thrown) {
		const byUs = timeout.signal.aborted && !signal.aborted;
		throw byUs && thrown instanceof BautaError && thrown.code === 'cancelled' ? new BautaError('timed-out', what) : thrown;
	} finally {
		clearTimeout(timer);
	}
}

/** Random lower-case letters and digits, 5 bits each. */
export function randomLetters(length: number): string {
	const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
	return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => alphabet.charAt(byte & 31)).join('');
}
