import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { composeAs } from './voices.ts';

const room = 'lobby@muc.chat.test';
const author = `${room}/Anonymous maple river`;

/** As much of a web chat as Bauta needs to find one room and one message of it, which comes over a WebSocket as RFC 7395 has it. */
const page = (text: string) => `<!doctype html><title>chat</title><converse-root><converse-muc jid="${room}">
<div class="chat-area"><div class="chat-msg" data-msgid="m1" data-from="${author}"><span class="chat-msg__author"><a>Anonymous maple river</a></span>
<div class="chat-msg__text">${text}</div></div><converse-muc-bottom-panel></converse-muc-bottom-panel></div></converse-muc></converse-root>
<script>new WebSocket(location.origin.replace('http', 'ws'), 'xmpp')</script>`;

export interface OneMessage {
	origin: string;
	close(): Promise<void>;
}

/** Serves a room in which somebody said something that no key proves. Loopback, a free port. */
export async function serveOneMessage(text: string): Promise<OneMessage> {
	const { wire } = composeAs('stranger', 'xmpp', `xmpp:${room}`, text, Math.floor(Date.now() / 1000));
	const http = createServer((_, response) => response.setHeader('content-type', 'text/html').end(page(text)));
	const sockets = new WebSocketServer({ server: http, handleProtocols: () => 'xmpp' });
	sockets.on('connection', (socket) =>
		socket.send(
			`<message xmlns="jabber:client" type="groupchat" id="m1" from="${author}" to="a@chat.test/x"><body>${text}</body>` +
				`<anonymous xmlns="urn:x-bauta:1">${wire}</anonymous><stanza-id xmlns="urn:xmpp:sid:0" by="${room}" id="s1"/></message>`,
		),
	);
	await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready));
	return {
		origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
		async close() {
			for (const socket of sockets.clients) socket.terminate();
			http.closeAllConnections();
			await new Promise((closed) => http.close(closed));
		},
	};
}
