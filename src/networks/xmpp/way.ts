import { BautaError } from '../../messages/errors.ts';
import type { OpenAccess, Way } from '../network.ts';

/** The XMPP part of what a probe found. Throws `internal` on another network's. */
export function wayOf({ way }: OpenAccess): Way & { network: 'xmpp' } {
	if (way.network !== 'xmpp') throw new BautaError('internal');
	return way;
}
