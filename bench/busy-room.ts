import { serveConverse } from '../test/servers/converse.ts';
import { startProsody } from '../test/servers/prosody.ts';
import { composeAs } from '../test/servers/voices.ts';

/** of so many messages one is an anonymous one */
const anonymousOneIn = 10;

/** A room with many messages on a Prosody of its own, and Converse.js that shows all of them. */
export interface BusyRoom {
	origin: string;
	/** address of Converse.js, logged in, with the room open */
	page: string;
	/** Somebody says so many more messages in the room, one every 50 ms. Returns the text of the last. */
	speak(count: number): Promise<string>;
	stop(): Promise<void>;
}

/** A message of a room; every tenth has the envelope of somebody without a key. */
function stanza(room: string, text: string, at: number): string {
	const wire = () => composeAs('stranger', 'xmpp', `xmpp:${room}`, text, Math.floor(Date.now() / 1000)).wire;
	const envelope = at % anonymousOneIn === 0 ? `<anonymous xmlns="urn:x-bauta:1">${wire()}</anonymous>` : '';
	return `<message xmlns="jabber:client" type="groupchat" id="m${at}" to="${room}"><body>${text}</body>${envelope}</message>`;
}

/** Fills a room with `count` messages, and serves a page that reads them all from the archive. */
export async function startBusyRoom(count: number): Promise<BusyRoom> {
	const prosody = await startProsody({ accounts: ['alice', 'bob'], extra: `max_archive_query_results = ${count}` });
	const room = await prosody.room('lobby');
	const bob = await prosody.logIn('bob');
	await bob.join(room, 'bob');
	let spoken = 0;
	const say = (): string => {
		const text = `message number ${spoken} of this room.`;
		bob.send(stanza(room, text, spoken++));
		return text;
	};
	for (let at = 1; at < count; at++) say();
	await bob.wait(new RegExp(say()));
	const converse = await serveConverse();
	const page = converse.page({
		jid: `alice@${prosody.domain}`,
		password: 'alice',
		endpoint: prosody.websocket,
		rooms: [room],
		more: { archived_messages_page_size: String(count), muc_history_max_stanzas: 0 },
	});
	return {
		origin: converse.origin,
		page,
		async speak(further) {
			let last = '';
			for (let at = 0; at < further; at++) {
				last = say();
				await new Promise((resolve) => setTimeout(resolve, 50));
			}
			return last;
		},
		async stop() {
			bob.close();
			await converse.close();
			await prosody.stop();
		},
	};
}
