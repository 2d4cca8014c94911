import { serveConverse } from '../../test/servers/converse.ts';
import { startProsody } from '../../test/servers/prosody.ts';
import { type RecordedConnection, startRecorder } from '../../test/servers/recorder.ts';
import { composeAs } from '../../test/servers/voices.ts';
import type { Person, Scene } from './scene.ts';

const nicknames: Record<Person, string> = { author: 'alice', neighbour: 'bob', stranger: 'carol' };

/** A connection that logged in as somebody (RFC 6120 §6), not as a guest (RFC 4505). */
export function isNamed(connection: RecordedConnection): boolean {
	const login = /<auth[^>]*mechanism=['"](?!ANONYMOUS)/;
	return connection.frames.some(({ direction, text }) => direction === 'out' && login.test(text));
}

/** Prosody and Converse.js on loopback, with a recorder on the author's side of the wire. `roundTrip`: ms to put in there. */
export async function xmppScene({ roundTrip = 0 } = {}): Promise<Scene & { recorder: Awaited<ReturnType<typeof startRecorder>> }> {
	const prosody = await startProsody({ accounts: [...Object.values(nicknames), 'mallory'] });
	const room = await prosody.room('lobby');
	const recorder = await startRecorder({ target: prosody.httpPort, roundTrip });
	const converse = await serveConverse();
	// somebody in the room whom nobody has asked in
	const mallory = await prosody.logIn('mallory');
	await mallory.join(room, 'mallory');
	const whenGone = async (nick: string) => {
		await mallory.wait(new RegExp(`<presence[^>]*/${nick}['"][^>]*unavailable|<presence[^>]*unavailable['"][^>]*/${nick}['"]`), 60_000);
	};
	const pageOf = (person: Person, more = {}) =>
		converse.page({
			jid: `${nicknames[person]}@${prosody.domain}`,
			password: nicknames[person],
			endpoint: person === 'author' ? `ws://127.0.0.1:${recorder.port}/xmpp-websocket` : prosody.websocket,
			rooms: [room],
			more,
		});
	return {
		network: 'xmpp',
		frontend: 'converse',
		chat: 'Converse.js',
		origin: converse.origin,
		room,
		account: nicknames.author,
		recorder,
		page: (person) => pageOf(person),
		ringing: {
			page: pageOf('author', { notify_all_room_messages: true, play_sounds: true }),
			async speak(text) {
				await mallory.join(room, 'mallory');
				await mallory.say(room, text);
			},
		},
		accountOf: (person) => `${room}/${nicknames[person]}`,
		field: 'converse-muc textarea.chat-textarea',
		send: [],
		whenGone,
		async imitate(nick, text) {
			await mallory.join(room, nick);
			const { wire } = composeAs('stranger', 'xmpp', `xmpp:${room}`, text, Math.floor(Date.now() / 1000));
			mallory.send(
				`<message xmlns='jabber:client' type='groupchat' id='${crypto.randomUUID()}' to='${room}'><body>${text}</body>` +
					`<anonymous xmlns='urn:x-bauta:1'>${wire}</anonymous></message>`,
			);
		},
		ready: ['converse-muc textarea.chat-textarea'],
		message: {
			selector: 'converse-chat-message .chat-msg',
			is: ({ attributes }) => 'data-msgid' in attributes,
			author: '.chat-msg__author',
			text: 'converse-chat-message-body',
		},
		own: (values) => values.filter((value) => /"sender":"me"/.test(value) || /"draft":"[^"]/.test(value)).length,
		wire(since) {
			const stanzas = recorder.connections
				.filter(isNamed)
				.flatMap(({ frames }) => frames)
				.filter(({ direction, at }) => direction === 'out' && at >= since);
			return {
				typing: stanzas.filter(({ text }) => /<(composing|paused)\b/.test(text)).length,
				sent: stanzas.filter(({ text }) => /<message\b/.test(text) && /<body\b/.test(text)).length,
			};
		},
		async stop() {
			mallory.close();
			await converse.close();
			await recorder.stop();
			await prosody.stop();
		},
	};
}
