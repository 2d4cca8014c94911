import { BautaError } from '../../messages/errors.ts';
import type { Watch } from '../../vault/kdf.ts';

// Tasks whose cost a file decides (ncryptsec, keystores, backups): their progress is shown, and the user can end them.
let current: { fraction: number; controller: AbortController; displaced: boolean } | null = null;

/**
 * Runs a task that can be watched and cancelled. One at a time: what another tab began before ends.
 * @throws BautaError `cancelled`, or `work-elsewhere` where another task began meanwhile, and what `task` throws
 */
export async function runSlowTask<T>(task: (watch: Watch) => Promise<T>): Promise<T> {
	if (current) current.displaced = true;
	cancelSlowTask();
	const mine = { fraction: 0, controller: new AbortController(), displaced: false };
	current = mine;
	const progress = (fraction: number) => {
		mine.fraction = fraction;
	};
	try {
		return await task({ progress, signal: mine.controller.signal });
	} catch (thrown) {
		const stopped = thrown instanceof BautaError && thrown.code === 'cancelled';
		throw stopped && mine.displaced ? new BautaError('work-elsewhere') : thrown;
	} finally {
		if (current === mine) current = null;
	}
}

/** 0 to 1, or null when nothing is under way. */
export const slowTaskProgress = (): number | null => current?.fraction ?? null;

/** Ends the task that is under way, if there is one. */
export function cancelSlowTask(): void {
	current?.controller.abort();
}
