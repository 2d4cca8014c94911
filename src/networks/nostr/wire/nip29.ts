import { isHex, tagValue } from './nip01.ts';
import { relayHost } from './room.ts';
import type { RoomKind } from './room-kind.ts';

/** The group's id, without its relay. */
export const groupOf = (value: string): string => value.slice(value.indexOf("'") + 1);

/** NIP-29 groups: chat messages of kind 9 (NIP-C7) with the group in `h`. A group lives on its relay alone. */
export const nip29: RoomKind = {
	nip: '29',
	kind: 9,
	roomOf(event, relay) {
		const group = tagValue(event, 'h');
		return group && relay ? `${relayHost(relay)}'${group}` : null;
	},
	replyTo(event) {
		const quoted = event.tags.find((tag) => tag[0] === 'q' && isHex(tag[1], 64))?.[1];
		return quoted ?? event.tags.find((tag) => tag[0] === 'e' && tag[3] === 'reply')?.[1] ?? '';
	},
	tags: (room, reply) => [['h', groupOf(room.value)], ...(reply ? [['q', reply.id, '', reply.author]] : [])],
	filter: (room) => ({ kinds: [9], '#h': [groupOf(room.value)] }),
	about: (room) => [{ kinds: [39000], '#d': [groupOf(room.value)] }],
	wanted: (filter, relay) => (filter['#h'] ?? []).map((group) => `${relayHost(relay)}'${group}`),
};
