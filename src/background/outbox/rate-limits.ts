import { BautaError } from '../../messages/errors.ts';
import { recentTimes } from '../../platform/steady-clock.ts';
import { readSettings } from '../state/document.ts';
import { SessionValue } from '../state/session-value.ts';
import { steadyNow } from '../state/steady-now.ts';

/**
 * Times of deliveries by room, by `steadyNow`. In memory alone: nothing about own posts lies on the disk (THREATS.md S3), so the count begins anew
 * when the browser starts.
 */
const postTimes = new SessionValue<Record<string, number[]>>('posts', {});
const minute = 60_000;
const day = 24 * 60 * minute;

/**
 * Throws `rate-minute` or `rate-day` when one more message would be too many for this room, by the settings `perMinute` and `perDay`.
 * @param room canonical room id
 * @param waiting how many messages wait for it in the outbox
 */
export async function checkLimits(room: string, waiting: number): Promise<void> {
	const { perMinute, perDay } = await readSettings();
	const now = await steadyNow();
	const times = recentTimes((await postTimes.get())[room] ?? [], day, now);
	if (recentTimes(times, minute, now).length + waiting >= perMinute) throw new BautaError('rate-minute', String(perMinute));
	if (times.length + waiting >= perDay) throw new BautaError('rate-day', String(perDay));
}

/** Counts a message that the room took. */
export async function countPost(room: string): Promise<void> {
	const now = await steadyNow();
	await postTimes.update((all) => {
		all[room] = [...recentTimes(all[room] ?? [], day, now), now];
	});
}
