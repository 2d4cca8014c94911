import { periodOf, slotOf } from '../../protocol/envelope.ts';

/*
 * When a notifier is asked by itself (THREATS.md T4): once a day at a random hour, as devices sync, and for new keys at an hour that was drawn
 * long before. Nothing here depends on a post, a switch, a focus or an unlock.
 */

const day = 86_400_000;
const periodMs = 30 * day;
/** keys are renewed within so many days before the end of a period */
const renewalDays = 5;

/** The thirty-day period of a time, unix ms. */
export const periodAt = (now: number): number => periodOf(slotOf(Math.floor(now / 1000)));

/** When a period ends, unix seconds. */
export const endOfPeriod = (period: number): number => ((period + 1) * periodMs) / 1000;

/** When keys that were given now (unix ms) are renewed: within the last days of this period, or of the next one where these have begun. */
export function drawRenewal(now: number, random: () => number): number {
	const period = periodAt(now);
	const windowOf = (of: number): number => endOfPeriod(of) * 1000 - renewalDays * day;
	return windowOf(now < windowOf(period) ? period : period + 1) + Math.floor(random() * renewalDays * day);
}

/** The same where a time is set already: one that lies further ahead than any can be drawn is of a clock that was set back. */
export const dueRenewal = (renew: number, now: number, random: () => number): number =>
	renew > now + 2 * periodMs ? drawRenewal(now, random) : renew;
