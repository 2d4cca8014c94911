import type { Hints } from '../network.ts';
import { hasPlainPath, isLoopback, judgePageHost, oneOnItsWord, plainAddress } from '../page-word.ts';
import { maxRelays, nostrHints } from './hints.ts';
import { type Event, isHex } from './wire/nip01.ts';
import { type Room, relayHost, relayUrl } from './wire/room.ts';

/** Relay URLs as `URL` writes them, each once, at most `maxRelays`; what is none is dropped. */
export function relayList(urls: readonly (string | undefined)[]): string[] {
	const good = urls.map((url) => (url === undefined ? null : relayUrl(url))).filter((url) => url !== null);
	return [...new Set(good)].slice(0, maxRelays);
}

/**
 * By TLS, or on the user's own machine. Elsewhere everybody on the way reads whose message it is, and the page tells accounts apart by which
 * hosts it has had the browser reach by TLS alone from then on (HSTS).
 */
const isEncrypted = (url: string): boolean => url.startsWith('wss:') || isLoopback(new URL(url).host);

/** Whether the page could use this relay itself: one that has TLS reaches none without it. */
const isInReach = ({ origin }: Hints, url: string): boolean => isEncrypted(url) || origin.startsWith('http:');

/**
 * The relay at an address that the room itself names, in an event that its owner signed: without user, query or fragment, as these could
 * be meant for one reader alone. Null where the path could be, too, or where it is not encrypted.
 */
function roomRelay(text: string | undefined): string | null {
	if (text === undefined || !URL.canParse(text)) return null;
	const { protocol, host, pathname } = new URL(text);
	const url = `${protocol}//${host}${pathname}`;
	return hasPlainPath(text) && isEncrypted(url) ? relayUrl(url) : null;
}

/** Relays that a room names, each once. */
const roomRelays = (urls: readonly (string | undefined)[]): string[] => relayList(urls.map((url) => roomRelay(url) ?? undefined));

/** The page's relays, as far as its word counts for them, and the addresses whose hosts the user has to judge first. */
export function pageRelays(hints: Hints): { relays: string[]; ask: string[] } {
	const relays: string[] = [];
	const ask = new Set<string>();
	const counts = oneOnItsWord(hints);
	for (const url of relayList(nostrHints(hints).relays)) {
		const address = plainAddress(url, 'relay');
		// a relay under another path is another relay
		if (!address?.path || !isInReach(hints, url)) continue;
		const judgement = judgePageHost(hints, address, () => false);
		if (judgement === 'ask') ask.add(address.base);
		else if (judgement && counts(address)) relays.push(`${address.base}${address.path}`);
	}
	return { relays: relayList(relays), ask: [...ask] };
}

/**
 * A group's own relay (NIP-29): the group's id says where it is, and the page at most whether that is reached without TLS. But it is the page
 * that names the group, and a port could be made for one account: `ask` has the address where the user has to judge it first.
 */
export function groupRelay(room: Room, hints: Hints): { relays: string[]; ask: string[] } {
	const host = room.value.slice(0, room.value.indexOf("'"));
	const isPlain = (url: string) => Boolean(plainAddress(url, 'relay')?.path) && isInReach(hints, url);
	const pageUrls = relayList(nostrHints(hints).relays.filter((url) => isPlain(url) && !new URL(url).search))
		.filter((url) => relayHost(url) === host)
		.slice(0, 1);
	const [url] = pageUrls.length > 0 ? pageUrls : relayList([`${isLoopback(host) ? 'ws' : 'wss'}://${host}`]).filter(isPlain);
	const address = url === undefined ? null : plainAddress(url, 'relay');
	if (url === undefined || !address) return { relays: [], ask: [] };
	const judgement = judgePageHost(hints, address, () => true);
	return { relays: judgement === true ? [url] : [], ask: judgement === 'ask' ? [address.base] : [] };
}

/**
 * Where to look for a room first: the user's setting, else the group's own relay (NIP-29), else the relays that the page uses for it, as far
 * as its word counts.
 */
export function firstRelays(room: Room, hints: Hints): string[] {
	if (room.nip === '29') return groupRelay(room, hints).relays;
	const own = relayList(nostrHints(hints).ownRelays);
	return own.length > 0 ? own : pageRelays(hints).relays;
}

/** Relays that a room's own event names: NIP-28's JSON, NIP-53's `relays` tag. */
export function namedRelays(event: Event): string[] {
	if (event.kind === 30311) return roomRelays(event.tags.filter((tag) => tag[0] === 'relays').flatMap((tag) => tag.slice(1)));
	if (event.kind !== 40 && event.kind !== 41) return [];
	try {
		const { relays } = JSON.parse(event.content) as { relays?: unknown };
		return Array.isArray(relays) ? roomRelays(relays.slice(0, 50).filter((url) => typeof url === 'string')) : [];
	} catch {
		return [];
	}
}

/** The kinds of an owner's lists that tell of relays: NIP-65's, and NIP-51's public chats with the relay of each. */
export const ownerListKinds = [10002, 10005];

/**
 * Relays by an owner's list: NIP-65's `read` relays, where messages that mention them are to be sent, and the relay that stands beside this
 * channel among their public chats (NIP-51).
 */
export function ownerRelays(event: Event, room: Room): string[] {
	if (!isHex(event.pubkey, 64)) return [];
	if (event.kind === 10005) return roomRelays(event.tags.filter((tag) => tag[0] === 'e' && tag[1] === room.value).map((tag) => tag[2]));
	if (event.kind !== 10002) return [];
	return roomRelays(event.tags.filter((tag) => tag[0] === 'r' && tag[2] !== 'write').map((tag) => tag[1])).slice(0, 4);
}

/** What the channel needs leave for: the relay's host, as an http(s) origin, for its socket and its NIP-11 document. */
export const relayOrigins = (relays: readonly string[]): string[] => [
	...new Set(relays.map((relay) => new URL(relay.replace(/^ws/, 'http')).origin)),
];
