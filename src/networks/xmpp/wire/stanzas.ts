import { names } from './namespaces.ts';
import { element, type XmlElement } from './xml.ts';

// Every stanza that Bauta ever sends. The gate knows the same set, written down a second time.

/** Opens a stream to a host (RFC 7395 §3.3.2). */
export const openStream = (to: string): XmlElement => element('open', names.framing, { to, version: '1.0' });
/** Ends the stream (RFC 7395 §3.6). */
export const closeStream = (): XmlElement => element('close', names.framing);
/** SASL ANONYMOUS (RFC 4505), without trace information */
export const authenticate = (): XmlElement => element('auth', names.sasl, { mechanism: 'ANONYMOUS' });

const iq = (type: 'get' | 'set', id: string, to: string | null, payload: XmlElement): XmlElement =>
	element('iq', names.client, { type, id, ...(to === null ? {} : { to }) }, payload);

/** The server picks the resource: one of our own choosing would be a mark. */
export const bindResource = (id: string): XmlElement => iq('set', id, null, element('bind', names.bind));
/** Asks what a room or host is (XEP-0030). */
export const askInfo = (id: string, to: string): XmlElement => iq('get', id, to, element('query', names.info));
/** Asks a server what hosts it has (XEP-0030). */
export const askItems = (id: string, to: string): XmlElement => iq('get', id, to, element('query', names.items));
/** Asks a host for its clock (XEP-0202). */
export const askTime = (id: string, to: string): XmlElement => iq('get', id, to, element('time', names.time));

/** Joins a room, with so many messages of its history (XEP-0045 §7.2.2). `occupant`: `room@host/nick` */
export const joinRoom = (occupant: string, history = 0): XmlElement =>
	element(
		'presence',
		names.client,
		{ to: occupant },
		element('x', names.muc, {}, element('history', names.muc, { maxstanzas: String(history) })),
	);
/** Leaves a room (XEP-0045 §7.14). `occupant`: `room@host/nick` */
export const leaveRoom = (occupant: string): XmlElement => element('presence', names.client, { to: occupant, type: 'unavailable' });
/** Destroys a room that came into being because we joined it (XEP-0045 §10.9). */
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

/** Asks a room's archive (XEP-0313 §4) for one page of `max` messages (XEP-0059): those before the id, or the newest where it is ''. */
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
