import { BautaError } from '../../../messages/errors.ts';
import { type Event, eventHash, isHex, verifies } from './nip01.ts';
import { leadingZeroBits } from './nip13.ts';
import type { Room } from './room.ts';
import type { Reply } from './room-kind.ts';

/** What may stand in a frame, told apart from how it was built. */
export interface Intent {
	room: Room;
	author: string;
	text: string;
	wire: string;
	createdAt: number;
	/** id and author of the message that is answered, from the event that the room's relays showed */
	reply: Reply | null;
	bits: number;
}

const fields = ['id', 'pubkey', 'created_at', 'kind', 'tags', 'content', 'sig'];
const kinds = { '22': 1111, '28': 42, '29': 9, '53': 1311 };

function refuse(what: string): never {
	throw new BautaError('gate-refused', what);
}

function parseEvent(frame: string, verb: string): Event {
	const parsed: unknown = JSON.parse(frame);
	if (!Array.isArray(parsed) || parsed.length !== 2 || parsed[0] !== verb) refuse('frame');
	const event = parsed[1] as Event;
	if (Object.keys(event).join() !== fields.join()) refuse('fields');
	if (!Number.isInteger(event.created_at) || !verifies(event)) refuse('signature');
	return event;
}

/** Each tag that may stand in a message of such a room: its name, and whether the rest of it is right. */
function tagRules(intent: Intent): Record<string, (rest: string[]) => boolean> {
	const { room, reply } = intent;
	const is =
		(...wanted: string[]) =>
		(rest: string[]) =>
			JSON.stringify(rest) === JSON.stringify(wanted);
	const key = (rest: string[]) => rest.length === 1 && isHex(rest[0], 64);
	/** id, no relay hint, the author of the root */
	const isNamedRoot = (id: string) => (rest: string[]) => rest[0] === id && rest[1] === '' && rest.length === 3 && isHex(rest[2], 64);
	/** id, no relay hint, the author: of the answered message */
	const isAnswered = (rest: string[]) => reply !== null && is(reply.id, '', reply.author)(rest);
	const value = room.value.slice(2);
	const letter = room.value.slice(0, 1);
	const group = room.value.slice(room.value.indexOf("'") + 1);
	const common = {
		bauta: is('1', intent.wire),
		nonce: (rest: string[]) => intent.bits > 0 && rest.length === 2 && /^\d{12}$/.test(rest[0] ?? '') && rest[1] === String(intent.bits),
	};
	const replyKey = reply ? { p: is(reply.author) } : {};
	const small = reply ? { e: isAnswered, k: is('1111'), ...replyKey } : null;
	const number = (rest: string[]) => rest.length === 1 && /^\d{1,5}$/.test(rest[0] ?? '');
	const kind =
		letter === 'I' ? (rest: string[]) => rest.length === 1 && value.startsWith(rest[0] === 'web' ? 'http' : (rest[0] ?? '')) : number;
	const rootValue = letter === 'E' ? (rest: string[]) => is(value)(rest) || isNamedRoot(value)(rest) : is(value);
	const parent = letter === 'I' ? { i: rootValue, k: kind } : { [letter.toLowerCase()]: rootValue, k: kind, p: key };
	switch (room.nip) {
		case '28':
			return {
				...common,
				...replyKey,
				e: (rest) => is(room.value, '', 'root')(rest) || (reply !== null && is(reply.id, '', 'reply')(rest)),
			};
		case '29':
			return { ...common, h: is(group), q: isAnswered };
		case '53':
			return { ...common, ...replyKey, a: is(room.value, '', 'root'), e: isAnswered };
		case '22':
			return { ...common, [letter]: rootValue, K: kind, ...(letter === 'I' ? {} : { P: key }), ...(small ?? parent) };
	}
}

/** names that may stand twice: the root and the answered message of a channel */
const twice = (room: Room, name: string): boolean => room.nip === '28' && name === 'e';

/** Last look at a message's frame. Throws BautaError `gate-refused` on anything but what was meant. */
export function gateEvent(frame: string, intent: Intent): void {
	const event = parseEvent(frame, 'EVENT');
	if (event.kind !== kinds[intent.room.nip]) refuse('kind');
	if (event.pubkey !== intent.author) refuse('author');
	if (event.content !== intent.text) refuse('text');
	if (event.created_at !== intent.createdAt) refuse('time');
	const rules = tagRules(intent);
	const names = new Set<string>();
	for (const [name = '', ...rest] of event.tags) {
		const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
		if (!rule?.(rest) || (names.has(name) && !twice(intent.room, name))) refuse(`tag ${name}`);
		names.add(name);
	}
	if (!names.has('bauta') || event.tags.length > 10) refuse('tags');
	if (leadingZeroBits(eventHash(event)) < intent.bits) refuse('work');
}

/** Last look at a login frame: the one-time key, this relay, this challenge, nothing else. */
export function gateAuth(frame: string, intent: { author: string; relay: string; challenge: string }): void {
	const event = parseEvent(frame, 'AUTH');
	if (event.kind !== 22242 || event.content !== '' || event.pubkey !== intent.author) refuse('login');
	const wanted = [
		['relay', intent.relay],
		['challenge', intent.challenge],
	];
	if (JSON.stringify(event.tags) !== JSON.stringify(wanted)) refuse('login tags');
}

/** Last look at a request to join a group, or to leave it: the one-time key, this group, nothing else. */
export function gateMembership(frame: string, intent: { kind: 9021 | 9022; author: string; group: string; createdAt: number }): void {
	const event = parseEvent(frame, 'EVENT');
	if (event.kind !== intent.kind || event.content !== '' || event.pubkey !== intent.author) refuse('membership');
	const isBare = JSON.stringify(event.tags) === JSON.stringify([['h', intent.group]]);
	if (event.created_at !== intent.createdAt || !isBare) refuse('membership tags');
}

const filterNames = /^(ids|kinds|authors|limit|#[AEIadeh])$/;

/** Last look at what is asked of a relay: no filter may carry anything but room, ids and kinds. */
export function gateRequest(frame: string): void {
	const [verb, subscription, ...filters] = JSON.parse(frame) as [string, string, ...Record<string, unknown>[]];
	if (!/^\d{1,3}$/.test(subscription)) refuse('subscription');
	if (verb === 'CLOSE' && filters.length === 0) return;
	if (verb !== 'REQ' || filters.length === 0 || filters.length > 4) refuse('frame');
	for (const filter of filters) if (!Object.keys(filter).every((name) => filterNames.test(name))) refuse('filter');
}
