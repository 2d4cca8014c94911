import { announceChange } from './changes.ts';
import type { Entry } from './entry.ts';

/** Proof of work under way (NIP-13), by entry: how much of what it takes on average is done, and when that was announced last (on the clock of `performance`). */
const progress = new Map<string, { fraction: number; announced: number }>();
const announceEvery = 500;

/** Notes how far the work on an entry is, and announces it twice a second. `fraction`: of what it takes on average, may pass 1. */
export function noteWork({ id, room, hints }: Entry, fraction: number): void {
	const last = progress.get(id)?.announced ?? Number.NEGATIVE_INFINITY;
	const now = performance.now();
	const isDue = now - last >= announceEvery;
	progress.set(id, { fraction, announced: isDue ? now : last });
	if (isDue) announceChange({ site: hints.origin, room });
}

/** The work on an entry is over. */
export function forgetWork(id: string): void {
	progress.delete(id);
}

/** How much of the work on an entry is done; undefined where none is under way. */
export const workDone = (id: string): number | undefined => progress.get(id)?.fraction;
