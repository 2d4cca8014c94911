/** Hands frames of the tap to the background in batches, in order, after the page had its turn. */
import type { Network } from '../messages/rooms.ts';
import { ask } from './bridge/ask.ts';
import type { Frame } from './tap-link.ts';

const maxFrames = 300;
const maxCharacters = 1_000_000;
const maxQueue = 5000;

const queues = new Map<Network, Frame[]>();
/** gets each batch once the background has it; null: frames wait */
let onBatch: ((frames: Frame[]) => void) | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let flushing: Promise<void> = Promise.resolve();

/** Takes as many frames off the front of a queue as may go in one request, and at least one, however long it is. */
function takeBatch(queue: Frame[]): Frame[] {
	let characters = 0;
	const end = queue.findIndex((frame, at) => {
		characters += frame.data.length;
		return at >= maxFrames || (at > 0 && characters > maxCharacters);
	});
	return queue.splice(0, end < 0 ? queue.length : end);
}

async function flush(): Promise<void> {
	for (const [network, queue] of queues)
		while (queue.length > 0) {
			const frames = takeBatch(queue);
			// a batch that cannot be handed over must not stop the next one
			await ask('content.frames', { network, frames }).catch(() => null);
			try {
				onBatch?.(frames);
			} catch {
				// what a page sends may be unreadable to its own frontend
			}
		}
	timer = undefined;
}

function schedule(): void {
	if (!onBatch || timer) return;
	timer = setTimeout(() => {
		flushing = flush();
	}, 20);
}

/** Takes a frame in; beyond 5,000 that wait, frames are dropped. */
export function addFrame(network: Network, frame: Frame): void {
	const queue = queues.get(network) ?? [];
	queues.set(network, queue);
	if (queue.length < maxQueue) queue.push(frame);
	schedule();
}

/**
 * Reports frames from now on, and those that were added before. `listener` gets each batch once the background has it: only then does the
 * background know the relays of the rooms that these frames name.
 */
export function startReporting(listener: (frames: Frame[]) => void): void {
	onBatch = listener;
	schedule();
}

/** Resolves when the background has all that was added so far; at once before `startReporting`. */
export async function drainFrames(): Promise<void> {
	if (!onBatch) return;
	await flushing;
	flushing = flush();
	await flushing;
}
