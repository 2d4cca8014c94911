import type { Network } from '../messages/rooms.ts';
import { ask } from './ask.ts';
import type { Frame } from './tap-link.ts';

const mostFrames = 300;
const mostCharacters = 1_000_000;

export interface Reporter {
	add(network: Network, frame: Frame): void;
	start(): void;
	/** resolves when the background has all that was added so far */
	told(): Promise<void>;
}

/**
 * Hands frames of the tap to the background in batches, in order, after the page had its turn. Frames before `start` wait.
 * `delivered` gets each batch once the background has it: a room that a frame tells of must not be asked for before its relays are known.
 */
export function frameReporter(delivered: (frames: Frame[]) => void): Reporter {
	const queues = new Map<Network, Frame[]>();
	let started = false;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let running: Promise<void> = Promise.resolve();

	async function flush(): Promise<void> {
		for (const [network, queue] of queues) {
			while (queue.length > 0) {
				let characters = 0;
				const fits = queue.findIndex((frame, at) => {
					characters += frame.data.length;
					return at >= mostFrames || (at > 0 && characters > mostCharacters);
				});
				const frames = queue.splice(0, fits < 0 ? queue.length : fits);
				// one batch that cannot be handed over must not take the next one with it
				await ask('content.frames', { network, frames }).catch(() => null);
				delivered(frames);
			}
		}
		timer = undefined;
	}
	const schedule = () => {
		if (started && timer === undefined)
			timer = setTimeout(() => {
				running = flush();
			}, 20);
	};
	return {
		add(network, frame) {
			const queue = queues.get(network) ?? [];
			queues.set(network, queue);
			if (queue.length < 5000) queue.push(frame);
			schedule();
		},
		start() {
			started = true;
			schedule();
		},
		async told() {
			if (!started) return;
			await running;
			running = flush();
			await running;
		},
	};
}
