import { BautaError } from '../../messages/errors.ts';
import type { Channel } from '../channel/channel.ts';
import { counterEnd, tryCounters, type WorkOrder } from './wire/nip13.ts';

/** told hashes tried so far */
type Progress = (tried: number) => void;

const sliceTime = 40;

/** Does the work where the channel has a thread for it, else in slices here. Returns the counter. Throws `cancelled`. */
export async function findCounter(
	channel: Channel,
	order: WorkOrder,
	start: number,
	signal: AbortSignal,
	progress: Progress,
): Promise<string> {
	return channel.findCounter ? channel.findCounter({ ...order, start }, signal, progress) : searchInSlices(order, start, signal, progress);
}

/**
 * Does the work in this thread, in slices of some 40 ms with room for everything else between them. `start`: where to begin counting.
 * Throws `cancelled`.
 */
export async function searchInSlices(order: WorkOrder, start: number, signal: AbortSignal, progress: Progress): Promise<string> {
	let hashes = 0;
	let step = 256;
	for (;;) {
		if (signal.aborted) throw new BautaError('cancelled');
		const startTime = performance.now();
		const counter = tryCounters(order, (start + hashes) % counterEnd, step);
		if (counter !== null) return counter;
		hashes += step;
		progress(hashes);
		const took = performance.now() - startTime;
		step = Math.max(64, Math.min(1 << 20, Math.round((step * sliceTime) / Math.max(took, 1))));
		await new Promise((next) => setTimeout(next, 0));
	}
}

/** What the worker answers; it is given a `CounterSearch`. */
export type SearchAnswer = { tried: number } | { counter: string };
