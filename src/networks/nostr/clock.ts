import type { Channel } from '../channel/channel.ts';
import { documentUrl } from './wire/nip11.ts';

const patience = 3000;
/** a relay whose clock is further off than this from the device's is not asked what time it is */
const maxSkew = 24 * 3600;

/** Unix seconds by the relays' own Date headers, the middle one of those that answer in time; null where none can be read. */
export async function relayClock(channel: Channel, relays: readonly string[], signal: AbortSignal): Promise<number | null> {
	const limit = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
	const asked = relays.map(async (relay) => {
		const late = new Promise<null>((resolve) => limit.addEventListener('abort', () => resolve(null), { once: true }));
		const answer = channel.fetch({ url: documentUrl(relay), method: 'GET', accept: 'application/nostr+json', signal: limit });
		return (await Promise.race([answer.catch(() => null), late]))?.date ?? null;
	});
	const device = Math.floor(Date.now() / 1000);
	const dates = (await Promise.all(asked)).filter((date) => date !== null && Math.abs(date - device) < maxSkew) as number[];
	return dates.sort((one, other) => one - other)[dates.length >> 1] ?? null;
}
