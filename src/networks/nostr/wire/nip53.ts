import { tagValue } from './nip01.ts';
import { coordinate } from './room.ts';
import type { RoomKind } from './room-kind.ts';

/** NIP-53 live chat: kind 1311 on the coordinate of a live event (kind 30311). */
export const nip53: RoomKind = {
	nip: '53',
	kind: 1311,
	roomOf: (event) => event.tags.find((tag) => tag[0] === 'a' && tag[1]?.startsWith('30311:'))?.[1] ?? null,
	replyTo: (event) => tagValue(event, 'e'),
	tags: (room, reply) => [
		['a', room.value, '', 'root'],
		...(reply
			? [
					['e', reply.id, '', reply.author],
					['p', reply.author],
				]
			: []),
	],
	filter: (room) => ({ kinds: [1311], '#a': [room.value] }),
	about(room) {
		const liveEvent = coordinate(room.value);
		return liveEvent ? [{ kinds: [liveEvent.kind], authors: [liveEvent.author], '#d': [room.value.split(':').slice(2).join(':')] }] : [];
	},
	wanted: (filter) => (filter['#a'] ?? []).filter((value) => value.startsWith('30311:')),
};
