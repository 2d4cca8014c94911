import type { XmlElement } from '../wire/xml.ts';

/** A URL at which a server speaks XMPP. */
export interface Endpoint {
	kind: 'bosh' | 'websocket';
	url: string;
}

/** An XML stream, over whichever binding. Every frame that leaves goes through the gate. */
export interface Stream {
	/** Opens the stream to a host and returns its features; called again after authentication. Throws what the server ended it with. */
	open(host: string, signal: AbortSignal): Promise<XmlElement>;
	/** Sends stanzas together, written as they are to stand on the wire. */
	send(stanzas: string[], signal: AbortSignal): Promise<void>;
	/** The next stanza. Throws when the stream ends, and `cancelled`. */
	receive(signal: AbortSignal): Promise<XmlElement>;
	/**
	 * Sends the last stanzas, ends the stream and waits for the server's own end, also over a new connection where the one before was cut and the
	 * binding can (BOSH). Does so once, takes some seconds at most and never throws.
	 */
	close(last: string[]): Promise<void>;
}
