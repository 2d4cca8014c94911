import { BautaError } from '../../messages/errors.ts';
import type { Watch } from '../../vault/kdf.ts';

// Work whose cost a file decides (ncryptsec, keystores, backups): shown as it goes on, and ended when the user has had enough.
let current: { fraction: number; controller: AbortController; displaced: boolean } | null = null;

/**
 * Runs work that can be watched and cancelled. One at a time: what was under way before, in another tab, ends.
 * @throws BautaError `cancelled`, or `work-elsewhere` where other work took its place, and what `work` throws
 */
export async function slowly<T>(work: (watch: Watch) => Promise<T>): Promise<T> {
	if (current) current.displaced = true;
	cancelWork();
	const mine = { fraction: 0, controller: new AbortController(), displaced: false };
	current = mine;
	const progress = (fraction: number) => {
		mine.fraction = fraction;
	};
	try {
		return await work({ progress, signal: mine.controller.signal });
	} catch (thrown) {
		const stopped = thrown instanceof BautaError && thrown.code === 'cancelled';
		throw stopped && mine.displaced ? new BautaError('work-elsewhere') : thrown;
	} finally {
		if (current === mine) current = null;
	}
}

/** 0 to 1, or null when nothing is under way. */
export const workProgress = (): number | null => current?.fraction ?? null;

export function cancelWork(): void {
	current?.controller.abort();
}
