import { ProtocolError } from './error.ts';

// docs/protocol.md §1: one string per room, which every device computes alike.

/** `room@host` of `room@host/nick`: everything from the first `/` on is the resource (RFC 7622 §3.1). */
export function bareJid(jid: string): string {
	const slash = jid.indexOf('/');
	return slash < 0 ? jid : jid.slice(0, slash);
}

/** XMPP. `from`: a message's `from` as the server sends it. */
export const xmppRoomId = (from: string): string => `xmpp:${bareJid(from)}`;

/** Matrix. `roomId` as the server sends it, never an alias. */
export function matrixRoomId(roomId: string): string {
	return `matrix:${roomId}`;
}

/** Nostr. `nip`: the NIP that has such rooms. `value`: what names the room there, in its canonical form. */
export const nostrRoomId = (nip: '22' | '28' | '29' | '53', value: string): string => `nostr:${nip}:${value}`;

/** Nostr NIP-29. Throws `room-invalid` where `relayUrl` is no ws or wss URL. */
export function nip29RoomId(relayUrl: string, group: string): string {
	const url = parseUrl(relayUrl);
	if (url.protocol !== 'wss:' && url.protocol !== 'ws:') throw new ProtocolError('room-invalid', 'expected a ws or wss URL');
	// WHATWG URL: the host is lower case already, and a scheme's default port is left out of `host`.
	return nostrRoomId('29', `${url.host}${url.pathname === '/' ? '' : url.pathname}'${group}`);
}

/** Nostr NIP-28. `channel`: the creation event's id, 64 hex digits. Throws `room-invalid`. */
export function nip28RoomId(channel: string): string {
	if (!/^[0-9a-fA-F]{64}$/.test(channel)) throw new ProtocolError('room-invalid', 'expected 64 hex digits');
	return nostrRoomId('28', channel.toLowerCase());
}

/** Nostr NIP-22: the comment's root tag, A before E before I, of two the first. Throws `room-invalid` where there is none. */
export function nip22RoomId(tags: readonly (readonly string[])[]): string {
	for (const letter of ['A', 'E', 'I']) {
		const value = tags.find((tag) => tag[0] === letter)?.[1];
		if (value !== undefined) return nostrRoomId('22', `${letter}:${value}`);
	}
	throw new ProtocolError('room-invalid', 'no root tag');
}

/** Nostr NIP-53. `coordinate`: `30311:pubkey:d` of the live event. */
export function nip53RoomId(coordinate: string): string {
	return nostrRoomId('53', coordinate);
}

/** An IRC channel as a client sees it. */
export interface IrcRoom {
	/** ISUPPORT NETWORK, or null where the server does not say */
	network: string | null;
	/** host that the client connected to */
	server: string;
	channel: string;
	/** ISUPPORT CASEMAPPING, or null where the server does not say */
	casemapping: string | null;
}

/** IRC. An unknown case mapping folds as ascii does. */
export function ircRoomId({ network, server, channel, casemapping }: IrcRoom): string {
	const net = (network ?? server).replaceAll('/', '').toLowerCase();
	return `irc:${net}/${foldChannel(channel, casemapping)}`;
}

/** Status. `chat`: the chat id of a public chat. */
export function statusRoomId(chat: string): string {
	return `status:${chat}`;
}

/** ISUPPORT CASEMAPPING: rfc1459 takes {}|^ for the lower case of []\~, strict-rfc1459 all but the last pair. */
function foldChannel(channel: string, casemapping: string | null): string {
	const ascii = channel.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
	const brackets: Record<string, string> = { '[': '{', ']': '}', '\\': '|', '~': '^' };
	if (casemapping === 'rfc1459') return ascii.replace(/[[\]\\~]/g, (sign) => brackets[sign] as string);
	if (casemapping === 'strict-rfc1459') return ascii.replace(/[[\]\\]/g, (sign) => brackets[sign] as string);
	return ascii;
}

function parseUrl(text: string): URL {
	try {
		return new URL(text);
	} catch {
		throw new ProtocolError('room-invalid', 'expected a ws or wss URL');
	}
}
