import * as v from 'valibot';
import type { NetworkJson } from '../network.ts';

/** More relays than any room needs: lists of them are the page's word, or a stranger's. */
export const maxRelays = 8;

const urls = v.fallback(v.array(v.string()), []);

const hintsSchema = v.object({
	/** URLs of relays that the page uses for a room */
	relays: urls,
	/** the user's own relays for a room, win over everything */
	ownRelays: urls,
	/** the user wants each message's key to join this group (NIP-29) */
	join: v.fallback(v.optional(v.literal('yes')), undefined),
});
/** What is known of the route to a Nostr room. */
export type NostrHints = v.InferOutput<typeof hintsSchema>;

/** Nostr's own fields of a page's hints; what is not of their type is left out. */
export const nostrHints = (hints: NetworkJson): NostrHints => v.parse(hintsSchema, hints);

/** The relays of a room that the page has named so far: the first of them stay, as the list is the page's word. */
export const joinHints = (known: NetworkJson, more: NetworkJson): NetworkJson => ({
	relays: [...new Set([...nostrHints(known).relays, ...nostrHints(more).relays])].slice(0, maxRelays),
});
