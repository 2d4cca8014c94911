import { BautaError } from '../../../messages/errors.ts';
import { ProtocolError } from '../../../protocol/error.ts';
import { nip22RoomId, nip28RoomId, nip29RoomId, nip53RoomId, nostrRoomId } from '../../../protocol/room.ts';
import { isHex } from './nip01.ts';

/**
 * A public room, named by the NIP that made it and its value (docs/protocol.md §1):
 * 28 the channel's creation event id · 29 relay host `'` group · 22 root letter `:` value · 53 the live event's coordinate.
 */
export interface Room {
	nip: '22' | '28' | '29' | '53';
	value: string;
}

const maxLength = 2048;

/** A WebSocket URL without credentials or fragment, as `URL` writes it; null for anything else. */
export function relayUrl(text: string): string | null {
	if (text.length > maxLength || !URL.canParse(text)) return null;
	const url = new URL(text);
	if ((url.protocol !== 'wss:' && url.protocol !== 'ws:') || url.username || url.password || url.hash) return null;
	return url.href;
}

/** The value in a room id that the protocol's code makes; null where it says that this names no room. */
export function roomValue(makeId: () => string): string | null {
	try {
		return makeId().slice(nostrRoomId('29', '').length);
	} catch (thrown) {
		if (thrown instanceof ProtocolError) return null;
		throw thrown;
	}
}

/** `host`, `host:port`, `host/path` of a relay (docs/protocol.md §1). Takes what `relayUrl` returns. */
export const relayHost = (url: string): string => (roomValue(() => nip29RoomId(url, '')) ?? '').slice(0, -1);

/** `kind:pubkey:d` of an addressable event, NIP-01. */
export function coordinate(text: string): { kind: number; author: string } | null {
	const match = /^(\d{1,5}):([0-9a-f]{64}):/.exec(text);
	return match ? { kind: Number(match[1]), author: match[2] ?? '' } : null;
}

function groupValue(value: string): string | null {
	const quote = value.indexOf("'");
	const relay = value.slice(0, quote);
	const hasScheme = relay.includes('://');
	const url = relayUrl(hasScheme ? relay : `ws://${relay}`);
	if (quote < 1 || quote === value.length - 1 || !url) return null;
	// Without a scheme `host:80` stays as it is written: which port is the default is known for a URL alone.
	if (!hasScheme && /^[^/]*:80(\/|$)/.test(relay)) return value;
	return roomValue(() => nip29RoomId(url, value.slice(quote + 1)));
}

function commentsValue(value: string): string | null {
	const [letter, rest] = [value.slice(0, 1), value.slice(2)];
	if (value[1] !== ':' || !rest) return null;
	const root = letter === 'E' ? rest.toLowerCase() : rest;
	if ((letter === 'E' && !isHex(root, 64)) || (letter === 'A' && !coordinate(root))) return null;
	return roomValue(() => nip22RoomId([[letter, root]]));
}

const isLive = (value: string): boolean => value.startsWith('30311:') && coordinate(value) !== null;
/** What names a room under each NIP, in its canonical form; null where it names none. */
const canonicalValues: Record<Room['nip'], (value: string) => string | null> = {
	'22': commentsValue,
	'28': (channel) => roomValue(() => nip28RoomId(channel)),
	'29': groupValue,
	'53': (value) => (isLive(value) ? roomValue(() => nip53RoomId(value)) : null),
};

/**
 * A room by its address, `<nip>:<value>`; for NIP-29 the relay may be given as its URL.
 * Throws BautaError `room-gone` on what names no room.
 */
export function parseRoom(address: string): Room {
	const nip = address.slice(0, 2) as Room['nip'];
	const value =
		address[2] === ':' && address.length <= maxLength && Object.hasOwn(canonicalValues, nip)
			? canonicalValues[nip](address.slice(3))
			: null;
	if (value === null) throw new BautaError('room-gone');
	return { nip, value };
}

/** Canonical room id, docs/protocol.md §1. */
export const roomId = ({ nip, value }: Room): string => nostrRoomId(nip, value);

/** The room of a canonical id. Throws `room-gone`. */
export function roomOfId(id: string): Room {
	if (!id.startsWith('nostr:')) throw new BautaError('room-gone');
	return parseRoom(id.slice('nostr:'.length));
}

/** A name for people, from the address alone: the page that is commented on, the group, the beginning of an id. */
export function roomName({ nip, value }: Room): string {
	if (nip === '29') return value.slice(value.indexOf("'") + 1);
	if (nip === '28') return value.slice(0, 8);
	if (nip === '53') return value.split(':').slice(2).join(':') || value.slice(6, 14);
	const root = value.slice(2);
	// with its query: it stands in the public message, and a page could have put into it who its user is
	return URL.canParse(root) ? root.replace(/^https?:\/\//, '').replace(/#.*$/, '') : root.slice(0, 40);
}
