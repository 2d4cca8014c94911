import { names } from './namespaces.ts';
import { element, type XmlElement } from './xml.ts';

// Every stanza that Bauta ever sends. The gate knows the same set, written down a second time.

/** RFC 7395 §3.3.2, §3.6 */
export const openStream = (to: string): XmlElement => element('open', names.framing, { to, version: '1.0' });
export const closeStream = (): XmlElement => element('close', names.framing);
/** SASL ANONYMOUS (RFC 4505), without trace information */
export const authenticate = (): XmlElement => element('auth', names.sasl, { mechanism: 'ANONYMOUS' });

const iq = (type: 'get' | 'set', id: string, to: string | null, payload: XmlElement): XmlElement =>
	element('iq', names.client, { type, id, ...(to === null ? {} : { to }) }, payload);

/** The server picks the resource: one of our own choosing would be a mark. */
export const bindResource = (id: string): XmlElement => iq('set', id, null, element('bind', names.bind));
/** XEP-0030 and XEP-0202. `to`: a room or a host */
export const askInfo = (id: string, to: string): XmlElement => iq('get', id, to, element('query', names.info));
export const askTime = (id: string, to: string): XmlElement => iq('get', id, to, element('time', names.time));

/** XEP-0045 §7.2.2, with no history. `occupant`: `room@host/nick` */
export const joinRoom = (occupant: string): XmlElement =>
	element('presence', names.client, { to: occupant }, element('x', names.muc, {}, element('history', names.muc, { maxstanzas: '0' })));
/** XEP-0045 §7.14. `occupant`: `room@host/nick` */
export const leaveRoom = (occupant: string): XmlElement => element('presence', names.client, { to: occupant, type: 'unavailable' });
/** XEP-0045 §10.9: a room that came to be by our joining it */
export const destroyRoom = (id: string, room: string): XmlElement =>
	iq('set', id, room, element('query', names.mucOwner, {}, element('destroy', names.mucOwner)));

/** The message itself (docs/protocol.md §6). `wire`: 212 characters of b64; `replyTo`: '' where it answers none (XEP-0461 otherwise). */
export const groupMessage = (room: string, id: string, text: string, wire: string, replyTo: string): XmlElement =>
	element(
		'message',
		names.client,
		{ type: 'groupchat', id, to: room },
		element('body', names.client, {}, text),
		element('anonymous', names.bauta, {}, wire),
		replyTo === '' ? null : element('reply', names.reply, { id: replyTo }),
	);

/** XEP-0313 §4 with XEP-0059: a page of `max` before the id given, '' for the newest. */
export const askArchive = (id: string, room: string, max: number, before: string): XmlElement =>
	iq(
		'set',
		id,
		room,
		element(
			'query',
			names.archive,
			{ queryid: id },
			element(
				'set',
				names.page,
				{},
				element('max', names.page, {}, String(max)),
				element('before', names.page, {}, ...(before === '' ? [] : [before])),
			),
		),
	);
