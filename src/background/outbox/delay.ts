import type { Settings } from '../../messages/popup.ts';

/** Seconds that a message waits at least and at most where the user is careful. */
const carefulDelay = { least: 60, most: 600 };

/** How many seconds a message waits at least and at most before it leaves, by these settings. */
export const delayBounds = ({ care, delayMin, delayMax }: Pick<Settings, 'care' | 'delayMin' | 'delayMax'>): typeof carefulDelay =>
	care === 'careful' ? carefulDelay : { least: delayMin, most: delayMax };

/** A time in ms, drawn evenly between two numbers of seconds from the system's randomness. */
export function drawDelay(minSeconds: number, maxSeconds: number): number {
	const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
	return 1000 * (minSeconds + (word / 2 ** 32) * (maxSeconds - minSeconds));
}
