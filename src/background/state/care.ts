import { readSettings } from './document.ts';
import { lastSettings } from './last-settings.ts';
import { isUnlocked } from './lock.ts';

/** Whether the user wants no delay at all: then nothing else that waits to be random does so either. */
export async function isHasty(): Promise<boolean> {
	const { care, delayMax } = await readSettings();
	return care !== 'careful' && delayMax === 0;
}

/**
 * Whether the user wants to be careful: to write beside the page alone. While the vault is locked the last choice counts, and where none is
 * known the careful way is taken: it shows a page nothing that the other way would hide.
 */
export async function isCareful(): Promise<boolean> {
	// asked first, locked or not: a page must not tell the one from the other by how long this takes
	const last = await lastSettings();
	if (last || !(await isUnlocked())) return last?.care !== 'everyday';
	const settings = await readSettings().catch(() => null);
	return settings === null || settings.care === 'careful';
}
