import { isHex, type Template, tagValue } from './nip01.ts';
import type { RoomKind } from './room-kind.ts';

/** NIP-28 public channels: kind 42, the channel's creation event (kind 40) as root. */
export const nip28: RoomKind = {
	nip: '28',
	kind: 42,
	roomOf(event) {
		const root = event.tags.find((tag) => tag[0] === 'e' && tag[3] === 'root')?.[1] ?? tagValue(event, 'e');
		return isHex(root, 64) ? root : null;
	},
	replyTo(event) {
		const marked = event.tags.find((tag) => tag[0] === 'e' && tag[3] === 'reply')?.[1];
		return marked ?? positionalReply(event);
	},
	tags: (room, reply) => [
		['e', room.value, '', 'root'],
		...(reply
			? [
					['e', reply.id, '', 'reply'],
					['p', reply.author],
				]
			: []),
	],
	filter: (room) => ({ kinds: [42], '#e': [room.value] }),
	about: (room) => [{ ids: [room.value], kinds: [40] }],
	wanted: (filter) => (filter['#e'] ?? []).filter((id) => isHex(id, 64)),
};

/** NIP-10's older form without markers: the first `e` is the root, the last is what is answered. */
function positionalReply(event: Template): string {
	const ids = event.tags.filter((tag) => tag[0] === 'e' && !tag[3]).map((tag) => tag[1] ?? '');
	return ids.length > 1 ? (ids.at(-1) ?? '') : '';
}

/** `name` and `about` of a channel's JSON, '' for each that it does not have. */
export function channelWords(content: string): { name: string; about: string } {
	try {
		const { name, about } = JSON.parse(content) as Record<string, unknown>;
		return { name: typeof name === 'string' ? name : '', about: typeof about === 'string' ? about : '' };
	} catch {
		return { name: '', about: '' };
	}
}
