import * as v from 'valibot';
import type { NetworkJson } from '../network.ts';

const text = v.fallback(v.optional(v.string()), undefined);

const hintsSchema = v.object({
	websocket: text,
	bosh: text,
	/** the user's own setting, wins over everything */
	anonymousHost: text,
});
/** What is known of the route to an XMPP room. */
export type XmppHints = v.InferOutput<typeof hintsSchema>;

/** XMPP's own fields of a page's hints; what is not of their type is left out. */
export const xmppHints = (hints: NetworkJson): XmppHints => v.parse(hintsSchema, hints);
