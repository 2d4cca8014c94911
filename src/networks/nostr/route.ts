import * as v from 'valibot';
import { BautaError } from '../../messages/errors.ts';
import type { OpenAccess } from '../network.ts';

const routeSchema = v.object({
	relays: v.array(v.string()),
	/** NIP-13 work that the relays ask for, leading zero bits */
	bits: v.number(),
	/** the user wants each message's key to join this group (NIP-29) */
	join: v.exactOptional(v.boolean()),
	/** kind and author (hex) of the event that a comment room hangs on (NIP-22) */
	root: v.exactOptional(v.object({ kind: v.number(), author: v.string() })),
});
/** How a Nostr room is reached. */
export type NostrRoute = v.InferOutput<typeof routeSchema>;

/** The route that Nostr's probe found. Throws `internal` on another network's. */
export function routeOf({ route }: OpenAccess): NostrRoute {
	const read = v.safeParse(routeSchema, route);
	if (!read.success) throw new BautaError('internal', 'route');
	return read.output;
}
