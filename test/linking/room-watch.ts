import { WebSocket } from 'ws';
import { stanzaIdIn } from '../networks/xmpp/in-room.ts';
import type { Prosody } from '../servers/prosody.ts';
import type { TestRelay } from '../servers/relay.ts';

/** What somebody in the room sees of one message. */
export interface RoomSight {
	/** frames and when each came, ms on the clock of `performance`. XMPP: that the guest came, spoke and left; Nostr: the event at each relay */
	frames: { at: number; text: string; server: number }[];
}

/** Somebody who is in all rooms and notes what they see. */
export interface RoomWatch {
	/** a message that authors may answer, by canonical room id */
	answerable: ReadonlyMap<string, { id: string; text: string }>;
	/** what was seen of the message with this id */
	sightOf(id: string): RoomSight;
	close(): void;
}

const attributeOf = (frame: string, name: string): string => new RegExp(`^<[^>]* ${name}=['"]([^'"]*)`).exec(frame)?.[1] ?? '';

/** An ordinary member of these XMPP rooms, by bare JID. */
export async function watchXmpp(prosody: Prosody, rooms: readonly string[]): Promise<RoomWatch> {
	const member = await prosody.logIn('bob');
	const answerable = new Map<string, { id: string; text: string }>();
	for (const room of rooms) {
		await member.join(room, 'bob');
		const text = `what do you all think of this in ${room}?`;
		const id = await member.say(room, text);
		answerable.set(`xmpp:${room}`, { id: stanzaIdIn(await member.wait(new RegExp(`<message[^>]*${id}`))), text });
	}
	let indexed = 0;
	const byOccupant = new Map<string, RoomSight['frames']>();
	const occupants = new Map<string, string>();
	const index = () => {
		for (; indexed < member.received.length; indexed++) {
			const text = member.received[indexed] ?? '';
			const from = attributeOf(text, 'from');
			if (!/^<(presence|message)/.test(text) || !from.includes('/')) continue;
			byOccupant.set(from, [...(byOccupant.get(from) ?? []), { at: member.arrivals[indexed] ?? 0, text, server: 0 }]);
			if (text.startsWith('<message')) occupants.set(attributeOf(text, 'id'), from);
		}
	};
	return {
		answerable,
		sightOf(id) {
			index();
			return { frames: byOccupant.get(occupants.get(id) ?? '') ?? [] };
		},
		close: () => member.close(),
	};
}

/** A reader of these channels (NIP-28, by id) at every relay. */
export async function watchNostr(relays: readonly TestRelay[], channels: readonly string[]): Promise<RoomWatch> {
	const seen = new Map<string, RoomSight['frames']>();
	const sockets = relays.map((relay) => new WebSocket(relay.url));
	for (const [server, socket] of sockets.entries()) {
		await new Promise((resolve) => socket.once('open', resolve));
		socket.on('message', (data) => {
			const at = performance.now();
			const [verb, , event] = JSON.parse(String(data)) as [string, string, { id: string }];
			if (verb === 'EVENT') seen.set(event.id, [...(seen.get(event.id) ?? []), { at, text: JSON.stringify(event), server }]);
		});
		socket.send(JSON.stringify(['REQ', 'room', { kinds: [42], '#e': channels }]));
	}
	return {
		answerable: new Map(),
		sightOf: (id) => ({ frames: seen.get(id) ?? [] }),
		close: () => {
			for (const socket of sockets) socket.terminate();
		},
	};
}
