import { BautaError, type ErrorCode } from '../../messages/errors.ts';
import type { Mode } from '../../messages/rooms.ts';
import { maxTextPoints } from '../../protocol/text.ts';
import type { Channel } from '../channel/channel.ts';
import { forbidsAnonymous } from '../forbids-anonymous.ts';
import type { Access, Hints } from '../network.ts';
import { agreedHosts } from '../page-word.ts';
import { plainLine } from '../plain-line.ts';
import { RelayConnection } from './connection.ts';
import { maxRelays, nostrHints } from './hints.ts';
import { firstRelays, groupRelay, namedRelays, ownerListKinds, ownerRelays, pageRelays, relayList, relayOrigins } from './relays.ts';
import { type NostrRoute, routeOf } from './route.ts';
import { type Event, tagValue } from './wire/nip01.ts';
import { documentUrl, type RelayDocument, readRelayDocument } from './wire/nip11.ts';
import { maxBits } from './wire/nip13.ts';
import { rootOf } from './wire/nip22.ts';
import { channelWords } from './wire/nip28.ts';
import { type Room, roomOfId } from './wire/room.ts';
import type { Filter, Root } from './wire/room-kind.ts';
import { kindOf } from './wire/room-kinds.ts';

/** There is no keyless on Nostr: an event without a key is no event. */
export const modes: Mode[] = ['one-time', 'persona', 'no-trace'];

/** of a room's name, in code points */
const longestName = 60;

/** work of seconds */
const easyBits = 20;

/** One relay as the probe found it. */
interface Look {
	relay: string;
	document: RelayDocument;
	events: Event[];
	/** why it could not be looked at */
	fault: BautaError | null;
}

const closedFor = (reason: ErrorCode, detail = '', more: { hosts?: string[]; ask?: string[] } = {}): Access => ({
	open: false,
	reason,
	detail,
	...more,
});
const asFault = (thrown: unknown): BautaError => (thrown instanceof BautaError ? thrown : new BautaError('internal'));

/** NIP-11 document and the room's own events from one relay. Never logs in, never writes. */
async function look(relay: string, filters: Filter[], channel: Channel, signal: AbortSignal): Promise<Look> {
	let document = readRelayDocument('');
	try {
		const answer = await channel.fetch({ url: documentUrl(relay), method: 'GET', accept: 'application/nostr+json', signal });
		document = readRelayDocument(answer.body);
	} catch (thrown) {
		// a relay may be without the document; but a fault of the channel ends the look
		const fault = asFault(thrown);
		if (['host-permission', 'unclean-channel', 'cancelled'].includes(fault.code)) return { relay, document, events: [], fault };
	}
	let connection: RelayConnection | undefined;
	try {
		connection = await RelayConnection.open(channel, relay, signal);
		const events = filters.length > 0 ? await connection.ask(filters, 20, signal) : [];
		return { relay, document, events, fault: null };
	} catch (thrown) {
		return { relay, document, events: [], fault: asFault(thrown) };
	} finally {
		connection?.close();
	}
}

/** What asks for more than the room's own event: its changes, and where its owner is to be found. */
function filtersFor(room: Room): Filter[] {
	const about = kindOf(room).about(room);
	return room.nip === '28' ? [...about, { kinds: [41], '#e': [room.value], limit: 20 }] : about;
}

/** Newest event of a kind, of one author where given. */
const newest = (events: Event[], kind: number, author?: string): Event | undefined =>
	events
		.filter((event) => event.kind === kind && (author === undefined || event.pubkey === author))
		.sort((one, other) => other.created_at - one.created_at)[0];

/**
 * NIP-29's kind 39000: who may read and write. Null = everybody, or members where `joins`, as the user lets each message's key become one.
 * Groups that are called open or public are relay29's, where only members write, and whoever asks becomes one.
 */
function groupRefusal(state: Event | undefined, joins: boolean): Access | null {
	if (!state) return closedFor('room-gone');
	const has = (name: string) => state.tags.some((tag) => tag[0] === name);
	if (has('private') || has('hidden')) return closedFor('group-private');
	if (has('closed')) return closedFor('group-members-only');
	const kinds = state.tags.find((tag) => tag[0] === 'supported_kinds');
	if (kinds && !kinds.includes('9')) return closedFor('group-no-chat');
	return !joins && ['restricted', 'open', 'public'].some(has) ? closedFor('group-join-unasked') : null;
}

/** What the room says of itself: its name, and the text in which it may ask for no anonymous messages. */
function wordsOf(room: Room, events: Event[]): { name: string; about: string } {
	const fromTags = (kind: number, name: string, about: string) => {
		const event = newest(events, kind) ?? blank;
		return { name: tagValue(event, name), about: tagValue(event, about) };
	};
	if (room.nip === '29') return fromTags(39000, 'name', 'about');
	if (room.nip === '53') return fromTags(30311, 'title', 'summary');
	const creation = newest(events, 40);
	const change = creation && newest(events, 41, creation.pubkey);
	const [first, last] = [channelWords((creation ?? blank).content), channelWords((change ?? creation ?? blank).content)];
	return { name: last.name || first.name, about: last.about };
}
const blank = { pubkey: '', created_at: 0, kind: 0, tags: [], content: '' };

function rootFor(room: Room, events: Event[]): Root | null {
	if (room.nip !== '22') return null;
	const root = events.find((event) => room.value === `E:${event.id}`);
	return root ? { kind: root.kind, author: root.pubkey } : rootOf(room);
}

/** Relays named by the room itself, and where nobody names two, those of its owner's lists (NIP-65, NIP-51). */
async function roomsOwnRelays(room: Room, looks: Look[], channel: Channel, signal: AbortSignal): Promise<string[]> {
	const events = looks.flatMap((one) => one.events);
	const owner = rootFor(room, events)?.author ?? events.find((event) => event.kind === 40 || event.kind === 30311)?.pubkey;
	// anybody may write a change of a channel (kind 41); its owner's alone counts
	const named = relayList(events.filter(({ pubkey }) => pubkey === owner).flatMap(namedRelays));
	const good = looks.find((one) => !one.fault);
	if (room.nip === '29' || !good || !owner || looks.length + named.length > 1) return named;
	const lists = await look(good.relay, [{ kinds: ownerListKinds, authors: [owner], limit: 4 }], channel, signal);
	// a list that took the place of another one counts alone: of several a relay could choose one for each guest
	const latest = ownerListKinds.map((kind) => newest(lists.events, kind)).filter((event) => event !== undefined);
	return relayList([...named, ...latest.flatMap((event) => ownerRelays(event, room))]);
}

/**
 * Looks at the room's relays, without a login or a trace: at most eight that the page names, as far as its word counts, and eight that the room
 * names itself. The route has eight, the room's own first.
 */
export async function probe(id: string, hints: Hints, channel: Channel, signal: AbortSignal): Promise<Access> {
	const room = roomOfId(id);
	const routeHints = nostrHints(hints);
	const first = firstRelays(room, hints);
	const ask = room.nip === '29' ? groupRelay(room, hints).ask : routeHints.ownRelays.length > 0 ? [] : pageRelays(hints).ask;
	const question = closedFor('route-unasked', '', { ask });
	if (first.length === 0) return ask.length > 0 ? question : closedFor('no-relay');
	const lookAll = (relays: string[]) => Promise.all(relays.map((relay) => look(relay, filtersFor(room), channel, signal)));
	let looks = await lookAll(first);
	if (room.nip !== '29' && routeHints.ownRelays.length === 0) {
		const named = await roomsOwnRelays(room, looks, channel, signal);
		const more = await lookAll(named.filter((relay) => !first.includes(relay)));
		const rank = ({ relay }: Look) => (named.indexOf(relay) + 1 || maxRelays + 1) - 1;
		looks = [...more, ...looks].sort((one, other) => rank(one) - rank(other));
	}
	signal.throwIfAborted();
	const good = looks.filter((one) => one.fault === null).slice(0, maxRelays);
	if (good.length === 0) return ask.length > 0 ? question : unreachable(looks);
	const events = good.flatMap((one) => one.events);
	const joins = room.nip === '29' && routeHints.join === 'yes';
	const groupAnswer = room.nip === '29' ? groupRefusal(newest(events, 39000), joins) : null;
	if (groupAnswer) return groupAnswer;
	const { name, about } = wordsOf(room, events);
	if ([hints.topic ?? '', name, about].some(forbidsAnonymous)) return closedFor('room-no-anonymous');
	const access = openTo(room, good, events, plainLine(name, longestName), joins);
	if (!access.open) return access;
	const by = agreedHosts(
		hints,
		routeOf(access).relays.filter((relay) => first.includes(relay) && routeHints.ownRelays.length === 0),
	);
	const hosts = relayOrigins(wantingGrants(looks));
	return { ...access, ...(by.length > 0 && { by }), ...(hosts.length > 0 && { hosts }) };
}

function openTo(room: Room, good: Look[], events: Event[], name: string, joins: boolean): Access {
	const free = good.filter((one) => !one.document.paid);
	if (free.length === 0) return closedFor('relay-restricted', 'payment');
	const able = free.filter((one) => one.document.bits <= maxBits);
	const leastBits = Math.min(...free.map((one) => one.document.bits));
	if (able.length === 0) return closedFor('work-too-high', String(leastBits));
	// Work that takes minutes is done only where no relay of the room is content with less.
	const least = Math.max(easyBits, Math.min(...able.map((one) => one.document.bits)));
	const easyRelays = able.filter((one) => one.document.bits <= least);
	const root = rootFor(room, events);
	const route: NostrRoute = {
		relays: easyRelays.map((one) => one.relay),
		bits: Math.max(...easyRelays.map((one) => one.document.bits)),
		...(root ? { root } : {}),
		...(joins && { join: true }),
	};
	return {
		open: true,
		route,
		modes,
		...(name && { name }),
		maxPoints: Math.min(maxTextPoints, ...easyRelays.map((one) => one.document.maxPoints ?? maxTextPoints)),
	};
}

const wantingGrants = (looks: Look[]): string[] => looks.filter((one) => one.fault?.code === 'host-permission').map((one) => one.relay);

/** Why no relay could be looked at. A missing host permission comes first, as it is what the user can act on. */
function unreachable(looks: Look[]): Access {
	const faults = looks.map((one) => one.fault).filter((fault) => fault !== null);
	const wanting = wantingGrants(looks);
	if (wanting.length > 0)
		return closedFor('host-permission', [...new Set(wanting.map((relay) => new URL(relay).hostname))].join(', '), {
			hosts: relayOrigins(wanting),
		});
	const [fault = new BautaError('server-down')] = faults;
	return closedFor(fault.code, fault.detail);
}
