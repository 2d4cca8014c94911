import { BautaError } from '../messages/errors.ts';

/** A time in ms, drawn evenly between two others from the system's randomness. */
export function drawTime(least: number, most: number): number {
	const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
	return least + (word / 2 ** 32) * (most - least);
}

/** Waits so many ms. Throws `cancelled` as soon as the signal aborts. */
export function waitFor(ms: number, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		const stop = () => {
			clearTimeout(timer);
			reject(new BautaError('cancelled'));
		};
		const timer = setTimeout(() => {
			signal?.removeEventListener('abort', stop);
			resolve();
		}, ms);
		if (signal?.aborted) stop();
		signal?.addEventListener('abort', stop, { once: true });
	});
}
