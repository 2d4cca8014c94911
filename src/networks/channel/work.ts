import { BautaError } from '../../messages/errors.ts';
import type { ChannelWork } from './channel.ts';

type Answer = { tried: number } | { counter: string };

/** Built from ../nostr/worker.ts; the same file for the frame in Chromium and for the background in Firefox. */
const script = '/work.js';

/** NIP-13 work in a thread of its own. Throws `cancelled`, or `internal` when the thread fails. */
export function workInWorker(work: ChannelWork, signal: AbortSignal, tried: (count: number) => void): Promise<string> {
	return new Promise((resolve, reject) => {
		const worker = new Worker(script);
		const stop = (code: 'cancelled' | 'internal') => {
			worker.terminate();
			reject(new BautaError(code));
		};
		signal.addEventListener('abort', () => stop('cancelled'), { once: true });
		worker.onerror = () => stop('internal');
		worker.onmessage = ({ data }: MessageEvent<Answer>) => {
			if ('tried' in data) return tried(data.tried);
			worker.terminate();
			resolve(data.counter);
		};
		if (signal.aborted) stop('cancelled');
		else worker.postMessage(work);
	});
}
