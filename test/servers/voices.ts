import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { nostrAuthor, signEvent, xHex } from '../../src/networks/nostr/sign.ts';
import { parseRoom, roomId } from '../../src/networks/nostr/wire/room.ts';
import { template } from '../../src/networks/nostr/wire/template.ts';
import { rootFromPhrase } from '../../src/protocol/account/root.ts';
import { labelScope, personaKey } from '../../src/protocol/author.ts';
import { fromBase64url, H, toBase64url, toHex } from '../../src/protocol/bytes.ts';
import { composeMessage } from '../../src/protocol/compose.ts';
import { evenKey, keyPair } from '../../src/protocol/curve.ts';
import { generationNode, openRestoredGeneration } from '../../src/protocol/generation.ts';
import { revealToEveryone } from '../../src/protocol/proofs/reveal.ts';
import { canonicalText, contentHash } from '../../src/protocol/text.ts';

/**
 * Who said it: whoever restored an identity from this phrase, by a key for this message or by the voice of this name; somebody whom no key
 * proves, or nobody by keyless/1 (XMPP). A broken one shows no author. An earlier generation than a restored device's would be a removed
 * device's, foreign as soon as a slot has passed.
 */
export type Voice = { phrase: string; name?: string } | 'stranger' | 'keyless' | 'broken';

export interface VoicesServer {
	origin: string;
	frontend: string;
	/** the texts by which a page shows these messages, in order */
	texts: string[];
	/** shows one more message in every page that is open */
	say(voice: Voice, text: string): void;
	/**
	 * An account shows that the message of this text is by this voice, which is its own. Returns the text form.
	 * @param claimed whose the voice is said to be, where that is not the account that posts it @param spoil changes what is posted
	 */
	reveal(voice: Voice, text: string, account: string, claimed?: string, spoil?: (text: string) => string): string;
	close(): Promise<void>;
}

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const seconds = (): number => Math.floor(Date.now() / 1000);

/** A message under the envelope of this voice. `room`: its canonical id; `now`: unix seconds */
export function composeAs(voice: Voice, network: 'xmpp' | 'nostr', room: string, text: string, now: number) {
	const { phrase = '', name = '' } = typeof voice === 'object' ? voice : {};
	const author = phrase ? { generation: openRestoredGeneration({ highestSeen: null, now }), root: rootFromPhrase(phrase) } : null;
	return composeMessage({
		mode: name ? 'persona' : author ? 'one-time' : voice === 'keyless' ? 'keyless' : 'no-trace',
		...(name ? { persona: { scope: labelScope(name), n: 7 } } : {}),
		transport: network === 'nostr' ? 'nostr' : 'recoverable',
		...{ room, text, replyTo: '', now, random },
		generation: author && { generation: author.generation, node: generationNode(author.root, author.generation) },
	});
}

/** The key of a voice that has a name. */
function voiceKey(voice: Voice, now: number) {
	const { phrase = '', name = '' } = typeof voice === 'object' ? voice : {};
	const root = rootFromPhrase(phrase);
	return personaKey(generationNode(root, openRestoredGeneration({ highestSeen: null, now })), labelScope(name), 7);
}

/** A wire form from whose signature no key comes: no point of the curve has x = 5. */
function withoutAuthor(wire: string): string {
	const bytes = fromBase64url(wire);
	bytes.fill(0, 94, 126);
	bytes[125] = 5;
	return toBase64url(bytes);
}

/** How a page of one network shows a message: by a frame that its connection carries, and by markup with the same names. */
interface Message {
	id: string;
	author: string;
	text: string;
	frame: string;
}

const commentsRoom = parseRoom('22:I:https://blog.test/voices');
/** the key of an account of this name on Nostr */
const accountKey = (name: string) => keyPair(H('account', name));

const networks = {
	xmpp: {
		frontend: 'converse',
		protocol: ", 'xmpp'",
		room: 'xmpp:lobby@muc.chat.test',
		claimant: (account: string) => `xmpp:lobby@muc.chat.test/${account}`,
		post(account: string, text: string): Message {
			const room = 'lobby@muc.chat.test';
			const [id, author] = [toHex(random(8)), `${room}/${account}`];
			const frame = `<message xmlns="jabber:client" type="groupchat" id="${id}" from="${author}" to="a@chat.test/x"><body>${text}</body></message>`;
			return { id, author, text, frame };
		},
		message(voice: Voice, text: string, at: number): Message {
			const room = 'lobby@muc.chat.test';
			const [id, author] = [toHex(random(8)), `${room}/Anonymous maple ${toHex(random(3))}`];
			const { wire } = composeAs(voice, 'xmpp', `xmpp:${room}`, text, at);
			const carrier = voice === 'broken' ? withoutAuthor(wire) : wire;
			const frame =
				`<message xmlns="jabber:client" type="groupchat" id="${id}" from="${author}" to="a@chat.test/x"><body>${text}</body>` +
				`<anonymous xmlns="urn:x-bauta:1">${carrier}</anonymous><stanza-id xmlns="urn:xmpp:sid:0" by="${room}" id="${id}"/></message>`;
			return { id, author, text, frame };
		},
		page: `<converse-root><converse-muc jid="lobby@muc.chat.test"><div class="chat-area"><div id="list"></div>
<converse-muc-bottom-panel></converse-muc-bottom-panel></div></converse-muc></converse-root>`,
		script: `const make = ({ id, author, text }) => {
	const message = document.createElement('converse-chat-message');
	message.innerHTML = '<div class="chat-msg"><converse-avatar><svg width="40" height="40"></svg></converse-avatar><div class="chat-msg__content">' +
		'<span class="chat-msg__heading"><span class="chat-msg__author"><a>x</a></span><time>10:00</time></span><div class="chat-msg__text"></div></div></div>';
	const inner = message.firstChild;
	inner.dataset.msgid = id; inner.dataset.from = author;
	message.querySelector('a').textContent = author.split('/')[1]; message.querySelector('.chat-msg__text').textContent = text;
	return message;
};`,
	},
	nostr: {
		frontend: 'nostr-comments',
		protocol: '',
		room: roomId(commentsRoom),
		claimant: (account: string) => `nostr:${toHex(accountKey(account).publicKey.subarray(1))}`,
		post(account: string, text: string): Message {
			const { privateKey, publicKey } = accountKey(account);
			const author = nostrAuthor(evenKey(publicKey), privateKey.slice(), random);
			const { tags, ...event } = template({
				room: commentsRoom,
				author: toHex(publicKey.subarray(1)),
				text,
				wire: '',
				createdAt: seconds(),
				reply: null,
				root: null,
			});
			const signed = signEvent({ ...event, tags: tags.filter(([name]) => name !== 'bauta') }, author);
			return { id: signed.id, author: signed.pubkey, text, frame: JSON.stringify(['EVENT', 's', signed]) };
		},
		message(voice: Voice, text: string, at: number): Message {
			const room = commentsRoom;
			const { wire, authorKey, authorPrivate } = composeAs(voice, 'nostr', roomId(room), text, at);
			const author = nostrAuthor(authorKey as Uint8Array, authorPrivate as Uint8Array, random);
			const event = signEvent(template({ room, author: xHex(author), text, wire, createdAt: at, reply: null, root: null }), author);
			return { id: event.id, author: event.pubkey, text, frame: JSON.stringify(['EVENT', 's', event]) };
		},
		page: `<div class="nostr-comments"><div class="nc-root"><form class="nc-editor"><div class="nc-editor__main">write</div></form><div id="list"></div></div></div>`,
		script: `const make = ({ author, text }) => {
	const message = document.createElement('div');
	message.className = 'nc-comment';
	message.innerHTML = '<div class="nc-comment__main"><a class="nc-avatar-link"><span class="nc-avatar"></span></a><div class="nc-comment__content">' +
		'<div class="nc-comment__header"><span class="nc-comment__author"></span></div><div class="nc-comment__text"></div></div></div>';
	const name = message.querySelector('.nc-comment__author');
	name.title = author; name.textContent = author.slice(0, 8); message.querySelector('.nc-comment__text').textContent = text;
	return message;
};`,
	},
};

/** Shows what its socket carries. */
const pageOf = ({ page, script, protocol }: { page: string; script: string; protocol: string }, head: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>chat</title><link rel="icon" href="data:,">${head}</head><body>${page}<script>${script}
const list = document.getElementById('list');
window.show = (message) => { list.append(make(message)); };
const socket = new WebSocket(location.origin.replace('http', 'ws')${protocol});
socket.onopen = () => socket.send(JSON.stringify(['REQ', 's', { kinds: [1111], '#I': ['https://blog.test/voices'] }]));
socket.onmessage = ({ data }) => { const { message } = JSON.parse(data.startsWith('{') ? data : '{}'); if (message) show(message); };
</script></body></html>`;

/**
 * Serves a page with as much of a web chat as Bauta needs, in which these voices have spoken. Loopback, a free port.
 * @param head what stands in the page's head: its own first script
 */
export async function serveVoices(
	network: keyof typeof networks,
	voices: [voice: Voice, text: string][],
	head = '',
): Promise<VoicesServer> {
	const { frontend, message, post, claimant, room, ...shown } = networks[network];
	const messages = voices.map(([voice, text]) => message(voice, text, seconds()));
	const http: Server = createServer(({ url }, response) => {
		// a service worker that does nothing: a page may have it show notifications
		if (url === '/worker.js') response.setHeader('content-type', 'text/javascript').end('onfetch = () => {};');
		else response.setHeader('content-type', 'text/html').end(pageOf(shown, head));
	});
	const sockets = new WebSocketServer({ server: http, handleProtocols: (offered) => [...offered][0] ?? false });
	const send = (socket: WebSocket, { frame, ...names }: Message) => {
		socket.send(frame);
		socket.send(JSON.stringify({ message: names }));
	};
	sockets.on('connection', (socket) => {
		for (const each of messages) send(socket, each);
	});
	await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready));
	return {
		origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
		frontend,
		texts: voices.map(([, text]) => text),
		say(voice, text) {
			messages.push(message(voice, text, seconds()));
			for (const socket of sockets.clients) send(socket, messages.at(-1) as Message);
		},
		reveal(voice, text, account, claimed = account, spoil = (whole) => whole) {
			const { id = '' } = messages.find((one) => one.text === text) ?? {};
			const { publicKey, privateKey } = voiceKey(voice, seconds());
			const authorKey = network === 'nostr' ? evenKey(publicKey) : publicKey;
			const hash = contentHash(room, canonicalText(text), '');
			const statement = { room, messageId: id, contentHash: hash, authorKey, claimant: claimant(claimed), issuedAt: seconds() };
			const reveal = spoil(revealToEveryone(statement, privateKey, random(32)));
			const posted = post(account, reveal);
			messages.push(posted);
			for (const socket of sockets.clients) send(socket, posted);
			return reveal;
		},
		async close() {
			for (const socket of sockets.clients) socket.terminate();
			http.closeAllConnections();
			await new Promise((closed) => http.close(closed));
		},
	};
}
