import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { type ClientHello, firstRecordLength, readClientHello } from './client-hello.ts';

/** What is known of a TLS connection beside its bytes. */
export interface TlsFacts {
	hello: ClientHello;
	/** the first 16 bytes of every session ticket that is given out on it, hex: who hands one in, or tries to, shows where it was got */
	ticketName: string;
}

/**
 * A TLS server that reads every connection's ClientHello first, and gives each its own key for session tickets, whose first 16 bytes stand in
 * every ticket (RFC 5077 §4). So no session is ever resumed; that a client tries to, and with which connection's ticket, its ClientHello says.
 */
export function createTlsFront({ key, cert }: { key: string; cert: string }, accept: (client: TLSSocket, facts: TlsFacts) => void): Server {
	return createServer((socket) => {
		let bytes = Buffer.alloc(0);
		socket.on('error', () => undefined);
		const read = (chunk: Buffer) => {
			bytes = Buffer.concat([bytes, chunk]);
			const length = firstRecordLength(bytes);
			if (length === null || bytes.length < length) return;
			socket.off('data', read);
			socket.pause();
			try {
				const hello = readClientHello(bytes.subarray(0, length));
				const ticketKeys = randomBytes(48);
				socket.unshift(bytes);
				const secureContext = createSecureContext({ key, cert, ticketKeys });
				const secure = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] });
				secure.on('error', () => undefined);
				secure.once('secure', () => accept(secure, { hello, ticketName: ticketKeys.toString('hex', 0, 16) }));
			} catch {
				socket.destroy();
			}
		};
		socket.on('data', read);
	});
}
