import type { Settings } from '../../messages/popup.ts';
import { drawTime } from '../../platform/random-time.ts';
import { readSettings } from '../state/document.ts';

/** Seconds that a message waits at least and at most where the user is careful. */
const carefulDelay = { least: 60, most: 600 };

/** How many seconds a message waits at least and at most before it leaves, by these settings. */
export const delayBounds = ({ care, delayMin, delayMax }: Pick<Settings, 'care' | 'delayMin' | 'delayMax'>): typeof carefulDelay =>
	care === 'careful' ? carefulDelay : { least: delayMin, most: delayMax };

/** A delay drawn anew by the user's settings, from now (unix ms) on. */
export async function freshDelay(): Promise<{ now: number; delay: number }> {
	const { least, most } = delayBounds(await readSettings());
	return { now: Date.now(), delay: drawDelay(least, most) };
}

/** A time in ms, drawn evenly between two numbers of seconds from the system's randomness. */
export const drawDelay = (minSeconds: number, maxSeconds: number): number => drawTime(1000 * minSeconds, 1000 * maxSeconds);
