import { BautaError } from '../../messages/errors.ts';
import { readSettings } from '../state/document.ts';
import { SessionValue } from '../state/session-value.ts';

// Times of posts by room, in memory only: nothing about own posts is kept on disk (THREATS.md S3), so a new start of the browser counts anew.
const posts = new SessionValue<Record<string, number[]>>('posts', {});
const minute = 60_000;
const day = 24 * 60 * minute;

/** Throws `rate-minute` or `rate-day` when one more post would be too many for this room. */
export async function checkLimits(room: string, waiting: number): Promise<void> {
	const { perMinute, perDay } = await readSettings();
	const now = Date.now();
	const times = (await posts.get())[room] ?? [];
	if (times.filter((time) => now - time < minute).length + waiting >= perMinute) throw new BautaError('rate-minute', String(perMinute));
	if (times.filter((time) => now - time < day).length + waiting >= perDay) throw new BautaError('rate-day', String(perDay));
}

/** Counts a post that was accepted. */
export async function countPost(room: string): Promise<void> {
	const now = Date.now();
	await posts.update((all) => {
		all[room] = [...(all[room] ?? []).filter((time) => now - time < day), now];
	});
}
