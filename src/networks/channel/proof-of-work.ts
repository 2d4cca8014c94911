import { BautaError } from '../../messages/errors.ts';
import type { CounterSearch } from './channel.ts';

type Answer = { tried: number } | { counter: string };

/** Built from ../nostr/proof-of-work-worker.ts; the same file for the frame in Chromium and for the background in Firefox. */
const script = '/work.js';

/**
 * NIP-13 work in a thread of its own. `progress` is told how many hashes were tried. Returns the counter. Throws `cancelled`, or
 * `internal` when the thread fails.
 */
export function searchInWorker(search: CounterSearch, signal: AbortSignal, progress: (tried: number) => void): Promise<string> {
	return new Promise((resolve, reject) => {
		const worker = new Worker(script);
		const stop = (code: 'cancelled' | 'internal') => {
			worker.terminate();
			reject(new BautaError(code));
		};
		signal.addEventListener('abort', () => stop('cancelled'), { once: true });
		worker.onerror = () => stop('internal');
		worker.onmessage = ({ data }: MessageEvent<Answer>) => {
			if ('tried' in data) return progress(data.tried);
			worker.terminate();
			resolve(data.counter);
		};
		if (signal.aborted) stop('cancelled');
		else worker.postMessage(search);
	});
}
