import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/** One WebSocket that came to the server. */
export interface OwnAnswersConnection {
	/** path and query, as the client asked for them */
	path: string;
	/** it logged in with SASL ANONYMOUS */
	isGuest: boolean;
	/** everything that the client said */
	said: string;
}

export interface OwnAnswersServer {
	port: number;
	connections: OwnAnswersConnection[];
	close(): Promise<void>;
}

const items = /(<query xmlns=['"]http:\/\/jabber\.org\/protocol\/disco#items['"]>)/;

/**
 * A server that tells each account something of its own, in front of a real one: whoever is no guest finds a host for guests among its hosts
 * (disco#items) that is made for them alone. It answers under any path, so that each account may have an address of its own, too.
 * @param target the real server's WebSocket
 * @param hostFor the host that this account is shown
 */
export async function startOwnAnswers(target: string, hostFor: string): Promise<OwnAnswersServer> {
	const connections: OwnAnswersConnection[] = [];
	const server = createServer((_request, response) => void response.writeHead(404).end());
	const sockets = new WebSocketServer({ server, handleProtocols: () => 'xmpp' });
	sockets.on('connection', (client, request) => {
		const connection: OwnAnswersConnection = { path: request.url ?? '', isGuest: false, said: '' };
		connections.push(connection);
		const real = new WebSocket(target, 'xmpp');
		const early: string[] = [];
		client.on('message', (data) => {
			const text = String(data);
			connection.said += text;
			if (text.includes('ANONYMOUS')) connection.isGuest = true;
			if (real.readyState === real.OPEN) real.send(text);
			else early.push(text);
		});
		real.on('open', () => {
			for (const text of early) real.send(text);
		});
		real.on('message', (data) => {
			const text = String(data);
			client.send(connection.isGuest ? text : text.replace(items, `$1<item jid='${hostFor}'/>`));
		});
		const end = () => {
			client.close();
			real.close();
		};
		for (const socket of [client, real]) socket.on('close', end).on('error', end);
	});
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	return {
		port: (server.address() as AddressInfo).port,
		connections,
		async close() {
			for (const client of sockets.clients) client.terminate();
			server.closeAllConnections();
			await new Promise((done) => server.close(done));
		},
	};
}
