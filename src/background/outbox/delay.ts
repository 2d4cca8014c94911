import type { Settings } from '../../messages/popup.ts';
import { drawTime } from '../../platform/random-time.ts';
import { readSettings } from '../state/document.ts';
import { steadyNow } from '../state/steady-now.ts';

/** Seconds that a message waits at least and at most where the user is careful. */
const carefulDelay = { least: 60, most: 600 };

/** How many seconds a message waits at least and at most before it leaves, by these settings. */
const delayBounds = ({ care, delayMin, delayMax }: Pick<Settings, 'care' | 'delayMin' | 'delayMax'>): typeof carefulDelay =>
	care === 'careful' ? carefulDelay : { least: delayMin, most: delayMax };

/** How long beyond its delay a message may wait at most where it was put off or is tried again, ms. */
const mostBeyond = 60_000;

/**
 * Whether a time that a message leaves at lies further ahead than any delay: it was set by a clock that was put back since, in an earlier run
 * of the browser or while no worker lived.
 */
export async function isFarAhead(due: number): Promise<boolean> {
	const { most } = delayBounds(await readSettings());
	return due - (await steadyNow()) > Math.max(most, carefulDelay.most) * 1000 + mostBeyond;
}

/**
 * For how long a message may be overdue, ms, before that tells that it waited for something else than its time. Chromium's alarms come up to
 * half a minute late; where messages wait for minutes that is little.
 */
export async function lateAfter(): Promise<number> {
	return delayBounds(await readSettings()).most > 60 ? 60_000 : 5000;
}

/** A delay drawn anew by the user's settings, from now (by `steadyNow`) on. */
export async function freshDelay(): Promise<{ now: number; delay: number }> {
	const { least, most } = delayBounds(await readSettings());
	return { now: await steadyNow(), delay: drawDelay(least, most) };
}

/** A time in ms, drawn evenly between two numbers of seconds from the system's randomness. */
export const drawDelay = (minSeconds: number, maxSeconds: number): number => drawTime(1000 * minSeconds, 1000 * maxSeconds);
