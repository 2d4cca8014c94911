import { withTimeLimit } from '../../platform/time-limit.ts';
import type { Channel } from '../channel/channel.ts';
import { documentUrl } from './wire/nip11.ts';

const answerMs = 3000;
/** a relay whose clock is further off than this from the device's is not asked what time it is */
const maxSkew = 24 * 3600;

/** Unix seconds of a relay's Date header; null where it cannot be read in time. */
async function askDate(channel: Channel, relay: string, signal: AbortSignal): Promise<number | null> {
	const request = { url: documentUrl(relay), method: 'GET', accept: 'application/nostr+json' } as const;
	try {
		return (await withTimeLimit({ ms: answerMs, signal }, (until) => channel.fetch({ ...request, signal: until }))).date;
	} catch {
		return null;
	}
}

/** Unix seconds by the relays' own Date headers, the middle one of those that answer in time; null where none can be read. */
export async function relayClock(channel: Channel, relays: readonly string[], signal: AbortSignal): Promise<number | null> {
	const device = Math.floor(Date.now() / 1000);
	const answers = await Promise.all(relays.map((relay) => askDate(channel, relay, signal)));
	const dates = answers.filter((date) => date !== null && Math.abs(date - device) < maxSkew) as number[];
	return dates.sort((one, other) => one - other)[dates.length >> 1] ?? null;
}
