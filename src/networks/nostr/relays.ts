import { maxRelays, type NostrHints } from './hints.ts';
import { type Event, isHex } from './wire/nip01.ts';
import { type Room, relayHost, relayUrl } from './wire/room.ts';

/** Relay URLs as `URL` writes them, each once, at most `maxRelays`; what is none is dropped. */
export function relayList(urls: readonly (string | undefined)[]): string[] {
	const good = urls.map((url) => (url === undefined ? null : relayUrl(url))).filter((url) => url !== null);
	return [...new Set(good)].slice(0, maxRelays);
}

const isLoopback = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?(\/|$)/.test(host);

/** Where to look for a room first: the user's setting, else the group's own relay (NIP-29), else the relays that the page uses for it. */
export function firstRelays(room: Room, hints: NostrHints): string[] {
	const pageRelays = relayList(hints.relays);
	if (room.nip === '29') {
		const host = room.value.slice(0, room.value.indexOf("'"));
		const known = pageRelays.filter((url) => relayHost(url) === host);
		return known.length > 0 ? known.slice(0, 1) : relayList([`${isLoopback(host) ? 'ws' : 'wss'}://${host}`]);
	}
	const own = relayList(hints.ownRelays);
	return own.length > 0 ? own : pageRelays;
}

/** Relays that a room's own event names: NIP-28's JSON, NIP-53's `relays` tag. */
export function namedRelays(event: Event): string[] {
	if (event.kind === 30311) return relayList(event.tags.filter((tag) => tag[0] === 'relays').flatMap((tag) => tag.slice(1)));
	if (event.kind !== 40 && event.kind !== 41) return [];
	try {
		const { relays } = JSON.parse(event.content) as { relays?: unknown };
		return Array.isArray(relays) ? relayList(relays.slice(0, 50).filter((url) => typeof url === 'string')) : [];
	} catch {
		return [];
	}
}

/** NIP-65: where this author's messages are to be sent when they are mentioned, `read` relays of kind 10002. */
export const ownerRelays = (event: Event): string[] =>
	event.kind === 10002 && isHex(event.pubkey, 64)
		? relayList(event.tags.filter((tag) => tag[0] === 'r' && tag[2] !== 'write').map((tag) => tag[1])).slice(0, 4)
		: [];

/** What the channel needs leave for: the relay's host, as an http(s) origin, for its socket and its NIP-11 document. */
export const relayOrigins = (relays: readonly string[]): string[] => [
	...new Set(relays.map((relay) => new URL(relay.replace(/^ws/, 'http')).origin)),
];
