import type { Gate, Refusal } from './gate.ts';
import { contains, exec, includes, isArray, lower, parseJson, push, slice, toJson } from './primordials.ts';

/**
 * Kinds that say something in a room: notes, NIP-C7, NIP-28, NIP-22, NIP-53. Everything else that the page signs or sends is its own
 * affair.
 */
const chatKinds = [1, 9, 42, 1111, 1311];

/** How a room stands in an event's tags: the names of such tags, and the value. Addresses as the background has them, `<nip>:<value>`. */
function marksOf(address: string): { names: string; value: string } {
	const value = slice(address, 3);
	const nip = slice(address, 0, 2);
	if (nip === '28') return { names: 'e', value };
	if (nip === '29') return { names: 'h', value: exec(/'([\s\S]*)$/, value)?.[1] ?? '' };
	if (nip === '53') return { names: 'a', value };
	const letter = slice(value, 0, 1);
	return { names: letter + lower(letter), value: slice(value, 2) };
}

/** A URL without the `/` at its end: with and without it, people comment on the same page. */
const bare = (value: string): string => (slice(value, -1) === '/' ? slice(value, 0, -1) : value);

/** The room among `rooms` that an event (or what is to become one) speaks in, or ''. */
export function spokenIn(event: unknown, rooms: string[]): string {
	const { kind, tags } = (event ?? {}) as { kind?: unknown; tags?: unknown };
	if (!contains(chatKinds, kind) || !isArray(tags)) return '';
	for (let room = 0; room < rooms.length; room++) {
		const { names, value } = marksOf(rooms[room] ?? '');
		for (let at = 0; at < tags.length; at++) {
			const tag = tags[at] as unknown[];
			if (!isArray(tag) || typeof tag[0] !== 'string' || typeof tag[1] !== 'string') continue;
			const named = tag[0].length === 1 && includes(names, tag[0]);
			if (named && bare(lower(tag[1])) === bare(lower(value))) return rooms[room] ?? '';
		}
	}
	return '';
}

function parse(data: string): unknown[] {
	try {
		const frame = parseJson(data);
		return isArray(frame) ? (frame as unknown[]) : [];
	} catch {
		return [];
	}
}

/** The gate and the sieve of one relay connection (NIP-01). */
export function nostrGate(): Gate {
	/**
	 * ids of events that were refused: a page may keep such an event and send it when the room is open again; it must not leave then either
	 */
	const refusedIds: string[] = [];
	/** messages of the account's that are on their way, without their content */
	const underWay: { id: string; rest: string }[] = [];

	function speechOut(data: string): string {
		const [type, event] = parse(data);
		const { id, kind, tags } = (event ?? {}) as { id?: unknown; kind?: unknown; tags?: unknown };
		if (type !== 'EVENT' || typeof id !== 'string' || !contains(chatKinds, kind) || !isArray(tags)) return '';
		const named: unknown[] = [];
		for (let at = 0; at < tags.length; at++) if (isArray(tags[at]) && tags[at][0]?.length === 1) push(named, tags[at]);
		const rest = toJson(['EVENT', { id, kind, tags: named }]);
		if (underWay.length === 20) underWay.length = 0;
		push(underWay, { id, rest });
		return rest;
	}

	function speechIn(data: string): string {
		const id = underWay.length > 0 ? exec(/^\s*\[\s*"OK"\s*,\s*"([\da-f]{64})"/, data)?.[1] : undefined;
		for (let at = 0; id && at < underWay.length; at++) if (underWay[at]?.id === id) return underWay[at]?.rest ?? '';
		return '';
	}

	return {
		network: 'nostr',
		speech: (direction, data) => (direction === 'out' ? speechOut(data) : speechIn(data)),
		speaks: (data) => parse(data)[0] === 'EVENT',
		isReported(direction, data) {
			if (direction === 'out') return exec(/^\s*\[\s*"REQ"/, data) !== null && exec(/"#[ehaAEI]"/, data) !== null;
			if (exec(/^\s*\[\s*"EVENT"/, data) === null) return false;
			return includes(data, '"bauta"') || includes(data, 'bauta-reveal:') || exec(/"kind"\s*:\s*(40|39000)\b/, data) !== null;
		},
		refuse(data, rooms): Refusal | null {
			if (rooms.length + refusedIds.length === 0) return null;
			const frame = parse(data);
			if (frame[0] !== 'EVENT') return null;
			const { id } = (frame[1] ?? {}) as { id?: unknown };
			const room = spokenIn(frame[1], rooms) || (contains(refusedIds, id) ? 'again' : '');
			if (!room) return null;
			if (typeof id === 'string' && !contains(refusedIds, id) && refusedIds.length < 1000) push(refusedIds, id);
			return { data: '', more: [], room };
		},
	};
}
