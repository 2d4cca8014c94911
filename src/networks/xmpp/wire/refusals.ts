import { BautaError, type ErrorCode } from '../../../messages/errors.ts';
import { names } from './namespaces.ts';
import { attribute, childOf, elementsOf, textOf, type XmlElement } from './xml.ts';

// What servers say no with, and what it means to a person. The tables come from XEP-0045 §7 and RFC 6120 §8.3, §4.9.

type Table = Record<string, ErrorCode>;

/** the answer to joining (XEP-0045 §7.2) */
export const joinRefusals: Table = {
	'registration-required': 'room-members-only',
	'not-authorized': 'room-password',
	forbidden: 'room-banned',
	conflict: 'nick-conflict',
	'service-unavailable': 'room-full',
	'item-not-found': 'room-gone',
	'not-allowed': 'room-gone',
	gone: 'room-gone',
	'remote-server-not-found': 'room-gone',
	'remote-server-timeout': 'timed-out',
	'not-acceptable': 'room-not-accepted',
	'jid-malformed': 'room-gone',
	'policy-violation': 'policy-violation',
	// ejabberd's word for a room that is full
	'resource-constraint': 'room-full',
};

/** the answer to a message (XEP-0045 §7.4) */
export const messageRefusals: Table = {
	forbidden: 'room-moderated',
	'not-acceptable': 'not-in-room',
	'item-not-found': 'room-gone',
	gone: 'room-gone',
	'not-allowed': 'room-not-accepted',
	'policy-violation': 'policy-violation',
	'resource-constraint': 'policy-violation',
	'service-unavailable': 'room-gone',
};

/** the answer to disco#info of a room that nobody joined (XEP-0045 §6.4) */
export const infoRefusals: Table = {
	'item-not-found': 'room-gone',
	gone: 'room-gone',
	'remote-server-not-found': 'room-gone',
	'remote-server-timeout': 'timed-out',
	'jid-malformed': 'room-gone',
	'registration-required': 'room-members-only',
	forbidden: 'room-members-only',
	'not-authorized': 'room-members-only',
	// a person's address, not a room's
	'service-unavailable': 'room-private',
	'feature-not-implemented': 'room-private',
};

/** the answer to a query of the archive (XEP-0313 §4); a room that keeps none says `server-refused` */
export const archiveRefusals: Table = { 'item-not-found': 'room-gone', gone: 'room-gone', forbidden: 'room-members-only' };

/** the end of a stream (RFC 6120 §4.9.3) and of a BOSH session (XEP-0124 §17) */
const streamEnds: Table = {
	'host-unknown': 'no-anonymous-host',
	'host-gone': 'no-anonymous-host',
	'improper-addressing': 'no-anonymous-host',
	'policy-violation': 'policy-violation',
	'resource-constraint': 'policy-violation',
	'not-authorized': 'no-anonymous-host',
	'see-other-host': 'server-refused',
	'system-shutdown': 'server-down',
	'internal-server-error': 'server-down',
	'item-not-found': 'server-down',
	'connection-timeout': 'timed-out',
};

/** The defined condition of a stanza error, '' if there is none. */
export function condition(stanza: XmlElement): string {
	const error = childOf(stanza, 'error', names.client);
	return (error && elementsOf(error).find((child) => child.namespace === names.stanzaErrors && child.name !== 'text')?.name) ?? '';
}

/** The server's own words, cut short. */
function words(stanza: XmlElement): string {
	const error = childOf(stanza, 'error', names.client);
	const text = error && childOf(error, 'text', names.stanzaErrors);
	return (text ? (textOf(text) ?? '') : '').slice(0, 200);
}

/** What an error stanza means by one of the tables; what is in none is `server-refused` with the condition. */
export function refusal(stanza: XmlElement, table: Table): BautaError {
	const found = condition(stanza);
	const code = Object.hasOwn(table, found) ? table[found] : undefined;
	return code ? new BautaError(code, words(stanza)) : new BautaError('server-refused', words(stanza) || found);
}

/** What the end of a stream means, from its condition. */
export function streamEnd(found: string): BautaError {
	const code = Object.hasOwn(streamEnds, found) ? streamEnds[found] : undefined;
	return new BautaError(code ?? 'server-refused', found);
}

/** Throws if the stanza is a stream error. */
export function throwStreamError(stanza: XmlElement): void {
	if (stanza.name !== 'error' || stanza.namespace !== names.streams) return;
	throw streamEnd(elementsOf(stanza).find((child) => child.namespace === names.streamErrors && child.name !== 'text')?.name ?? '');
}

/** A stanza of type `error` (RFC 6120 §8.3.1). */
export const isError = (stanza: XmlElement): boolean => attribute(stanza, 'type') === 'error';
