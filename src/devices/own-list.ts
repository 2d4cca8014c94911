import { randomBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';
import { BautaError } from '../messages/errors.ts';
import { fromHex, H, toHex } from '../protocol/bytes.ts';
import type { Group } from './group.ts';
import { ownId } from './registry.ts';
import { putEntries, viewOf } from './shared-entries.ts';

/*
 * Own posts that no key can prove (keyless and no-trace ones), remembered where the user wants it. The list is off until it is turned on. When
 * it is turned off, it is erased on every device. Anybody who opens the vault of one of them can read it; the switch for it says so.
 */

const post = v.object({
	room: v.pipe(v.string(), v.maxLength(3100)),
	/** a random id of the posting device's own */
	id: v.pipe(v.string(), v.maxLength(1024)),
	/**
	 * of content and wire form, see `ownHash`. The id alone will not do: anybody may choose the same one, and rooms give messages other ids
	 */
	hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
/** A post that is remembered. */
export type OwnPost = v.InferOutput<typeof post>;

const setting = 'own-list';

/** Whether the list is on. */
export function ownListOn(group: Group): boolean {
	return viewOf(group).get(setting) === 'true';
}

/** Turns the list on, or off for all devices, with all that is in it. `now`: unix ms. */
export function setOwnList(group: Group, on: boolean, now: number): Group {
	const set = putEntries(group, ownId(group), [[setting, on ? 'true' : null]], now);
	return on ? set : forgetOwnPosts(set, now);
}

/**
 * Remembers a post; where the list is off, nothing. Its name in the list is random, so that what was forgotten leaves no trace of itself.
 */
export function rememberOwnPost(group: Group, own: OwnPost, now: number): Group {
	if (!ownListOn(group)) return group;
	return putEntries(group, ownId(group), [[`own/${toHex(randomBytes(16))}`, JSON.stringify(v.parse(post, own))]], now);
}

/** Everything remembered, by its name in the list. Empty while the list is off. */
export function ownPosts(group: Group): Map<string, OwnPost> {
	const posts = new Map<string, OwnPost>();
	if (!ownListOn(group)) return posts;
	for (const [entry, value] of viewOf(group)) {
		if (!entry.startsWith('own/')) continue;
		const read = v.safeParse(v.pipe(v.string(), v.parseJson(), post), value);
		if (read.success) posts.set(entry.slice('own/'.length), read.output);
	}
	return posts;
}

/** @throws BautaError `own-unknown` */
export function forgetOwnPost(group: Group, name: string, now: number): Group {
	if (!ownPosts(group).has(name)) throw new BautaError('own-unknown');
	return putEntries(group, ownId(group), [[`own/${name}`, null]], now);
}

/** Forgets all of it, also what other devices remembered before now and this one has not seen yet. */
export function forgetOwnPosts(group: Group, now: number): Group {
	return putEntries(group, ownId(group), [['own-cleared', String(now)]], now);
}

/** What one message alone has: hex of `H("bauta/1 own post", contentHash, wire form)`. `content`: contentHash as hex. */
export function ownHash(content: string, wire: string): string {
	return toHex(H('bauta/1 own post', fromHex(content), wire));
}
