import * as v from 'valibot';
import { BautaError } from '../../messages/errors.ts';
import type { OpenAccess } from '../network.ts';

const endpoint = v.object({ kind: v.picklist(['bosh', 'websocket']), url: v.string() });
const routeSchema = v.object({
	endpoint,
	/** of the other kind, for when it fails; routes of earlier versions have none */
	others: v.optional(v.array(endpoint)),
	/** the host that takes anonymous guests */
	anonymousHost: v.string(),
});
/** How an XMPP room is reached. */
export type XmppRoute = v.InferOutput<typeof routeSchema>;

/** The route that XMPP's probe found. Throws `internal` on another network's. */
export function routeOf({ route }: OpenAccess): XmppRoute {
	const read = v.safeParse(routeSchema, route);
	if (!read.success) throw new BautaError('internal', 'route');
	return read.output;
}
