import { nip22RoomId } from '../../../protocol/room.ts';
import { isHex, tagValue } from './nip01.ts';
import { coordinate, type Room, roomValue } from './room.ts';
import type { Filter, Reply, RoomKind, Root } from './room-kind.ts';

/** What `K` and `k` say of an external identifier: `web` for URLs, else the NIP-73 name that it begins with. */
export function externalKind(value: string): string {
	if (/^https?:/i.test(value)) return 'web';
	if (value.startsWith('#')) return '#';
	return /^(podcast:(?:item:|publisher:)?guid|[^:]+)/.exec(value)?.[1] ?? '';
}

/** Kind and author of the event that is commented on, where the room itself says so. */
export function rootOf(room: Room): Root | null {
	const found = room.value.startsWith('A:') ? coordinate(room.value.slice(2)) : null;
	return found && { kind: found.kind, author: found.author };
}

function rootTags(room: Room, root: Root | null): string[][] {
	const [letter, value] = [room.value.slice(0, 1), room.value.slice(2)];
	if (letter === 'I')
		return [
			['I', value],
			['K', externalKind(value)],
		];
	const known = root ?? rootOf(room);
	const rootTag = letter === 'E' && known ? [letter, value, '', known.author] : [letter, value];
	return known ? [rootTag, ['K', String(known.kind)], ['P', known.author]] : [rootTag];
}

/** The parent of a comment straight under the root: the root's own tags in small letters. */
const asParent = (tags: string[][]): string[][] => tags.map(([name = '', ...rest]) => [name.toLowerCase(), ...rest]);

const replyTags = (reply: Reply): string[][] => [
	['e', reply.id, '', reply.author],
	['k', '1111'],
	['p', reply.author],
];

/** NIP-22 comments, kind 1111: large letters name the root, small ones the parent. */
export const nip22: RoomKind = {
	nip: '22',
	kind: 1111,
	roomOf: ({ tags }) => roomValue(() => nip22RoomId(tags)),
	replyTo: (event) => (tagValue(event, 'k') === '1111' ? tagValue(event, 'e') : ''),
	tags(room, reply, root) {
		const above = rootTags(room, root);
		return [...above, ...(reply ? replyTags(reply) : asParent(above))];
	},
	filter(room) {
		const filter: Filter = { kinds: [1111] };
		filter[`#${room.value.slice(0, 1)}`] = [room.value.slice(2)];
		return filter;
	},
	about,
	wanted: (filter) => ['A', 'E', 'I'].flatMap((letter) => (filter[`#${letter}`] ?? []).map((value) => `${letter}:${value}`)),
};

function about(room: Room): Filter[] {
	const value = room.value.slice(2);
	if (room.value.startsWith('E:') && isHex(value, 64)) return [{ ids: [value] }];
	const root = room.value.startsWith('A:') ? coordinate(value) : null;
	return root ? [{ kinds: [root.kind], authors: [root.author], '#d': [value.split(':').slice(2).join(':')] }] : [];
}
