import { BautaError } from '../../../messages/errors.ts';
import { nip29RoomId } from '../../../protocol/room.ts';
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

/** `host`, `host:port`, `host/path` of a relay (docs/protocol.md §1). Takes what `relayUrl` returns. */
export const relayHost = (url: string): string => nip29RoomId(url, '').slice('nostr:29:'.length, -1);

/** `kind:pubkey:d` of an addressable event, NIP-01. */
export function coordinate(text: string): { kind: number; author: string } | null {
	const match = /^(\d{1,5}):([0-9a-f]{64}):/.exec(text);
	return match ? { kind: Number(match[1]), author: match[2] ?? '' } : null;
}

function group(value: string): string | null {
	const quote = value.indexOf("'");
	const relay = value.slice(0, quote);
	const written = relay.includes('://');
	const url = relayUrl(written ? relay : `ws://${relay}`) ?? null;
	if (quote < 1 || quote === value.length - 1 || !url) return null;
	// Without a scheme `host:80` stays as it is written: which port is the default is known for a URL alone.
	const host = !written && /^[^/]*:80(\/|$)/.test(relay) ? relay : relayHost(url);
	return host + value.slice(quote);
}

function comments(value: string): string | null {
	const [letter, rest] = [value.slice(0, 1), value.slice(2)];
	if (value[1] !== ':' || !rest) return null;
	if (letter === 'E') return isHex(rest.toLowerCase(), 64) ? `E:${rest.toLowerCase()}` : null;
	if (letter === 'A') return coordinate(rest) ? value : null;
	return letter === 'I' ? value : null;
}

const live = (value: string): string | null => (value.startsWith('30311:') && coordinate(value) ? value : null);
const channel = (value: string): string | null => (isHex(value.toLowerCase(), 64) ? value.toLowerCase() : null);
const canonical = { '22': comments, '28': channel, '29': group, '53': live };

/**
 * A room by its address, `<nip>:<value>`; for NIP-29 the relay may be given as its URL.
 * Throws BautaError `room-gone` on what names no room.
 */
export function parseRoom(address: string): Room {
	const nip = address.slice(0, 2) as Room['nip'];
	const value =
		address[2] === ':' && address.length <= maxLength && Object.hasOwn(canonical, nip) ? canonical[nip](address.slice(3)) : null;
	if (value === null) throw new BautaError('room-gone');
	return { nip, value };
}

/** Canonical room id, docs/protocol.md §1. */
export const roomId = (room: Room): string => `nostr:${room.nip}:${room.value}`;

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
	return URL.canParse(root) ? root.replace(/^https?:\/\//, '').replace(/[?#].*$/, '') : root.slice(0, 40);
}
