import type { Frontend } from '../frontends/frontend.ts';

/**
 * Keys that several messages on the page have. Where a page shows a nick or the beginning of an author's key alone, anybody can take the nick, or
 * make a key that begins so: then nobody has the label.
 */
export function crowdedKeys({ messageKey }: Frontend, keys: string[]): Set<string> {
	const met = new Set<string>();
	return new Set(messageKey?.length ? keys.filter((key) => met.has(key) || !met.add(key)) : []);
}
