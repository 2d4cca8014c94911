import { BautaError } from '../../messages/errors.ts';
import type { Watch } from '../kdf.ts';

/** Rounds by which the speed of this machine is measured: some 15 ms. */
const sample = 2 ** 15;
/** Time between two reports, in ms. */
const reportEvery = 100;
/** How far it may say that it is while it is not done: what is left to do can only be estimated. */
const furthest = 0.95;

/**
 * 32 bytes of PBKDF2 with HMAC-SHA-256 (RFC 8018 §5.2).
 *
 * The browser's own is ten times as fast as any that is written in JavaScript (10^6 rounds: 0.4 s against 4 s and more), runs off this thread,
 * and neither tells how far it is nor stops. All its rounds take the same time, though, so a few of them tell how long it will take, and
 * progress is that estimate. Cancelling returns at once: the computation ends by itself within seconds, and its result is dropped.
 * @throws BautaError `cancelled`
 */
export async function pbkdf2(password: Uint8Array, salt: Uint8Array, rounds: number, watch: Watch = {}): Promise<Uint8Array> {
	const key = await crypto.subtle.importKey('raw', Uint8Array.from(password), 'PBKDF2', false, ['deriveBits']);
	const bits = (iterations: number) =>
		crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: Uint8Array.from(salt), iterations }, key, 256);
	const walkAway = abortOf(watch.signal);
	let reporting: ReturnType<typeof setInterval> | undefined;
	try {
		const begin = performance.now();
		if (rounds > sample) {
			await Promise.race([bits(sample), walkAway.promise]);
			const whole = (performance.now() - begin) * (rounds / sample + 1);
			const report = () => watch.progress?.(Math.min(furthest, (performance.now() - begin) / whole));
			reporting = setInterval(report, reportEvery);
		}
		const derived = new Uint8Array(await Promise.race([bits(rounds), walkAway.promise]));
		watch.progress?.(1);
		return derived;
	} finally {
		clearInterval(reporting);
		walkAway.forget();
	}
}

/** Rejects when `signal` aborts, or has aborted; `forget` takes its listener away. */
function abortOf(signal?: AbortSignal): { promise: Promise<never>; forget: () => void } {
	let stop = () => {};
	const promise = new Promise<never>((_, reject) => {
		stop = () => reject(new BautaError('cancelled'));
		if (signal?.aborted) stop();
		else signal?.addEventListener('abort', stop, { once: true });
	});
	// handled here too, as nobody may be waiting for it yet or any more
	promise.catch(() => {});
	return { promise, forget: () => signal?.removeEventListener('abort', stop) };
}
