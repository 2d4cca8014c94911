/** Namespaces, each with the document that defines it. */
export const names = {
	/** RFC 6120 */
	client: 'jabber:client',
	streams: 'http://etherx.jabber.org/streams',
	streamErrors: 'urn:ietf:params:xml:ns:xmpp-streams',
	stanzaErrors: 'urn:ietf:params:xml:ns:xmpp-stanzas',
	sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
	bind: 'urn:ietf:params:xml:ns:xmpp-bind',
	/** RFC 7395 */
	framing: 'urn:ietf:params:xml:ns:xmpp-framing',
	/** XEP-0124 */
	bosh: 'http://jabber.org/protocol/httpbind',
	/** XEP-0030 */
	info: 'http://jabber.org/protocol/disco#info',
	items: 'http://jabber.org/protocol/disco#items',
	/** XEP-0004 */
	form: 'jabber:x:data',
	/** XEP-0045 */
	muc: 'http://jabber.org/protocol/muc',
	mucUser: 'http://jabber.org/protocol/muc#user',
	mucOwner: 'http://jabber.org/protocol/muc#owner',
	/** XEP-0059 */
	page: 'http://jabber.org/protocol/rsm',
	/** XEP-0158 */
	captcha: 'urn:xmpp:captcha',
	/** XEP-0202 */
	time: 'urn:xmpp:time',
	/** XEP-0203 */
	delay: 'urn:xmpp:delay',
	/** XEP-0297 */
	forward: 'urn:xmpp:forward:0',
	/** XEP-0313 */
	archive: 'urn:xmpp:mam:2',
	/** XEP-0359 */
	stanzaId: 'urn:xmpp:sid:0',
	/** XEP-0424 */
	retraction: 'urn:xmpp:message-retract:1',
	/** XEP-0422 */
	fastening: 'urn:xmpp:fasten:0',
	/** XEP-0461 */
	reply: 'urn:xmpp:reply:0',
	/** XEP-0478 */
	limits: 'urn:xmpp:stream-limits:0',
	/** docs/protocol.md §6 */
	bauta: 'urn:x-bauta:1',
} as const;
