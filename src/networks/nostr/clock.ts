import { withTimeLimit } from '../../platform/time-limit.ts';
import type { Channel } from '../channel/channel.ts';
import { boundClock, isPlausible } from '../clock-bounds.ts';
import { documentUrl } from './wire/nip11.ts';

/** the device’s own clock, which would stand in, may be like nobody else’s: so a slow relay is waited for */
const answerMs = 8000;

/** Unix seconds of a relay's Date header; null where it cannot be read in time. */
async function askDate(channel: Channel, relay: string, signal: AbortSignal): Promise<number | null> {
	const request = { url: documentUrl(relay), method: 'GET', accept: 'application/nostr+json' } as const;
	try {
		return (await withTimeLimit({ ms: answerMs, signal }, (until) => channel.fetch({ ...request, signal: until }))).date;
	} catch {
		return null;
	}
}

/**
 * Unix seconds by the relays' own Date headers, the middle one of those that answer in time and can be right; null where none can be read.
 * Throws `clock-off` where none of those that can be read can be right by the device's clock.
 */
export async function relayClock(channel: Channel, relays: readonly string[], signal: AbortSignal): Promise<number | null> {
	const answers = await Promise.all(relays.map((relay) => askDate(channel, relay, signal)));
	const read = answers.filter((date) => date !== null);
	const dates = read.filter((date) => isPlausible(date));
	const [first = null] = read;
	if (dates.length === 0 && first !== null) return boundClock(first, new URL(relays[answers.indexOf(first)] as string).host);
	return dates.sort((one, other) => one - other)[dates.length >> 1] ?? null;
}
