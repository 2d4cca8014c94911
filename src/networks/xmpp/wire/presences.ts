import { names } from './namespaces.ts';
import { attribute, childOf, childrenOf, type XmlElement } from './xml.ts';

/** The status codes of a presence in a room (XEP-0045 §15.6.2). */
export function statusesIn(presence: XmlElement): Set<string> {
	const user = childOf(presence, 'x', names.mucUser);
	return new Set(user ? childrenOf(user, 'status', names.mucUser).map((status) => attribute(status, 'code')) : []);
}
