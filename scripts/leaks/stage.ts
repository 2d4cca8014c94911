import { bytesToHex } from '@noble/hashes/utils.js';
import { npubEncode } from 'nostr-tools/nip19';
import { finalizeEvent, generateSecretKey, getPublicKey } from 'nostr-tools/pure';
import { spyingHead } from '../../test/pages/spy.ts';
import { serveConverse } from '../../test/servers/converse.ts';
import { serveNostrComments } from '../../test/servers/nostr-comments.ts';
import { startProsody } from '../../test/servers/prosody.ts';
import { type RecordedExchange, type Recorder, startRecorder } from '../../test/servers/recorder.ts';
import { startRelay } from '../../test/servers/relay.ts';
import { until } from '../../test/until.ts';
import type { Scene } from '../demo/scene.ts';
import type { Certificate } from './certificate.ts';
import type { NetworkName } from './recording.ts';
import { loginPath } from './wire.ts';

/** One network's servers, the page of a real web chat that watches, and somebody else in the room. */
export interface Stage extends Pick<Scene, 'frontend' | 'origin' | 'ready' | 'message'> {
	network: NetworkName;
	/** room's address as its network writes it */
	room: string;
	/** everything that names the account */
	account: string[];
	/** host and port of the chat's server, as the page names it */
	serverHost: string;
	recorder: Recorder;
	/** address of the page, logged in as the account; each call makes another one */
	page(): string;
	/** somebody else says this; resolves once it stands at the server */
	othersSay(text: string): Promise<void>;
	/** the button that answers a message, in its element */
	replyButton: string;
	/** what the room heard of this text, and how often */
	heard(text: string): string[];
	/** all anonymous messages that the room heard */
	heardAnonymous(): string[];
	/** the same from the archive, as a guest reads it */
	archive(): Promise<string[]>;
	stop(): Promise<void>;
}

/** of each connection its own, so that a cookie in the browser says on which it came; they last, or a restart would end them */
const cookies = [
	'plain-{id}=1; Path=/; Max-Age=9000',
	'lax-{id}=1; Path=/; Max-Age=9000; SameSite=Lax',
	'strict-{id}=1; Path=/; Max-Age=9000; SameSite=Strict; HttpOnly',
	'none-{id}=1; Path=/; Max-Age=9000; SameSite=None; Secure',
	'partitioned-{id}=1; Path=/; Max-Age=9000; SameSite=None; Secure; Partitioned',
];
/** What a recorder answers there itself: who comes without a password is asked for one, which the browser keeps for the whole server. */
function answerLogin({ path, headers }: RecordedExchange): string | undefined {
	if (path !== loginPath) return undefined;
	const isLoggedIn = headers.some(([name]) => name.toLowerCase() === 'authorization');
	const status = isLoggedIn ? '200 OK' : '401 Unauthorized\r\nWWW-Authenticate: Basic realm="members"';
	const body = '<!doctype html><link rel="icon" href="data:,"><title>Members</title>';
	return `HTTP/1.1 ${status}\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}
/** the script within the element */
const spyScript = spyingHead.replace(/^<script>|<\/script>$/g, '');

async function xmppStage(tls: Certificate): Promise<Stage> {
	const prosody = await startProsody({ accounts: ['alice', 'bob'] });
	const room = await prosody.room('lobby');
	const recorder = await startRecorder({ target: prosody.httpPort, tls, keepsBytes: true, setCookies: cookies, answers: answerLogin });
	const converse = await serveConverse();
	const bob = await prosody.logIn('bob');
	await bob.join(room, 'bob');
	const isAnonymous = (frame: string) =>
		frame.includes('<message') && /<body>/.test(frame) && /\/Anonymous /.test(frame) && !frame.includes('<delay');
	return {
		network: 'xmpp',
		frontend: 'converse',
		origin: converse.origin,
		room,
		account: ['alice'],
		serverHost: `127.0.0.1:${recorder.port}`,
		recorder,
		ready: ['converse-muc textarea.chat-textarea'],
		message: {
			selector: 'converse-chat-message .chat-msg',
			is: ({ attributes }) => 'data-msgid' in attributes,
			author: '.chat-msg__author',
			text: 'converse-chat-message-body',
		},
		replyButton: '.chat-msg__action-reply',
		page: () =>
			converse.page({
				jid: `alice@${prosody.domain}`,
				password: 'alice',
				endpoint: `wss://127.0.0.1:${recorder.port}/xmpp-websocket`,
				rooms: [room],
				head: spyingHead,
			}),
		othersSay: async (text) => void (await bob.say(room, text)),
		heard: (text) => bob.received.filter((frame) => frame.includes(`<body>${text}</body>`) && !frame.includes('<delay')),
		heardAnonymous: () => bob.received.filter(isAnonymous),
		async archive() {
			const from = bob.received.length;
			await bob.iq('set', room, "<query xmlns='urn:xmpp:mam:2' queryid='all'/>");
			return bob.received.slice(from).filter((frame) => frame.includes('urn:x-bauta:1') || /\/Anonymous /.test(frame));
		},
		async stop() {
			bob.close();
			await converse.close();
			await recorder.stop();
			await prosody.stop();
		},
	};
}

const article = 'https://blog.test/who-decides';
const root = [
	['I', article],
	['K', 'web'],
	['i', article],
	['k', 'web'],
];

async function nostrStage(tls: Certificate): Promise<Stage> {
	const relay = await startRelay({ auth: 'offered' });
	const recorder = await startRecorder({ target: relay.port, tls, keepsBytes: true, setCookies: cookies, answers: answerLogin });
	const comments = await serveNostrComments(spyScript);
	const [alice, bob] = [generateSecretKey(), generateSecretKey()];
	const account = getPublicKey(alice);
	const serverHost = `relay.test:${recorder.port}`;
	const isAnonymous = ({ tags }: { tags: string[][] }) => tags.some(([name]) => name === 'bauta');
	const events = () => relay.said('EVENT').map((frame) => frame[1] as { content: string; tags: string[][] });
	let count = 0;
	const say = (content: string) =>
		relay.add(finalizeEvent({ kind: 1111, tags: root, content, created_at: Math.floor(Date.now() / 1000) - 600 + count++ }, bob));
	await say('Does anybody know who decided this?');
	return {
		network: 'nostr',
		frontend: 'nostr-comments',
		origin: comments.origin,
		room: `22:I:${article}`,
		account: [account, npubEncode(account), bytesToHex(alice)],
		serverHost,
		recorder,
		ready: ['form.nc-editor textarea', '.nc-comment'],
		message: {
			selector: '.nc-comment',
			is: ({ attributes }) => (attributes.class ?? '').split(' ').includes('nc-comment'),
			author: '.nc-comment__author',
			text: '.nc-comment__text',
		},
		replyButton: '.nc-comment__reply-btn',
		page: () => comments.page({ relays: [`wss://${serverHost}/?npub=alice`], url: article, key: bytesToHex(alice) }),
		othersSay: (text) => say(text),
		heard: (text) =>
			events()
				.filter(({ content }) => content === text)
				.map((event) => JSON.stringify(event)),
		heardAnonymous: () =>
			events()
				.filter(isAnonymous)
				.map((event) => JSON.stringify(event)),
		archive: async () => [...relay.store.events.values()].filter(isAnonymous).map((event) => JSON.stringify(event)),
		async stop() {
			await comments.close();
			await recorder.stop();
			await relay.close();
		},
	};
}

const stages: Record<NetworkName, (tls: Certificate) => Promise<Stage>> = { xmpp: xmppStage, nostr: nostrStage };

/** Starts a network's servers and page. */
export const setStage = (network: NetworkName, tls: Certificate): Promise<Stage> => stages[network](tls);

/** Waits until the room has heard this. */
export const untilHeard = (stage: Stage, text: string): Promise<string> => until(() => stage.heard(text)[0], `the room to hear ${text}`);
