import type { Watch } from '../vault/kdf.ts';

// Work whose cost a file decides (ncryptsec, keystores, backups): shown as it goes on, and ended when the user has had enough.
let current: { fraction: number; controller: AbortController } | null = null;

/** Runs work that can be watched and cancelled; whatever was under way before is cancelled. Throws `cancelled`. */
export async function slowly<T>(work: (watch: Watch) => Promise<T>): Promise<T> {
	cancelWork();
	const mine = { fraction: 0, controller: new AbortController() };
	current = mine;
	const progress = (fraction: number) => {
		mine.fraction = fraction;
	};
	try {
		return await work({ progress, signal: mine.controller.signal });
	} finally {
		if (current === mine) current = null;
	}
}

/** 0 to 1, or null when nothing is under way. */
export const workProgress = (): number | null => current?.fraction ?? null;

export function cancelWork(): void {
	current?.controller.abort();
}
