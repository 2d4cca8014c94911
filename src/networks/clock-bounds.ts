import { BautaError } from '../messages/errors.ts';

/** How far a transport's clock may be from the device's, s: more than a wrong time zone makes, and no more. */
const mostSkew = 26 * 3600;

/** Whether a transport's clock can be right by the device's. Both in unix seconds. */
export const isPlausible = (clock: number, device = Math.floor(Date.now() / 1000)): boolean => Math.abs(clock - device) <= mostSkew;

/**
 * A transport's clock, unix seconds, or null where it shows none. Throws `clock-off` with the host where it cannot be right: by such a clock a
 * message would be dated as nobody else's (THREATS.md T2).
 */
export function boundClock(clock: number | null, host: string): number | null {
	if (clock !== null && !isPlausible(clock)) throw new BautaError('clock-off', host);
	return clock;
}
