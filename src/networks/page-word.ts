import type { Hints } from './network.ts';

// What a page says of where a room's server is. It has scripts of strangers in it, and a server that may give each account an address of its
// own: so its word leads the anonymous session to few places, by addresses in which nothing can stand that names the account (THREATS.md D1).

/** All that may stand between the slashes of an address that a page names. Any other word could be a token. */
const pathWords = new Set(
	'api bind bosh chat connect http-bind im jabber nostr prosody relay socket stream v1 v2 websocket ws wss xmpp xmpp-bind xmpp-bosh xmpp-websocket'.split(
		' ',
	),
);
/** The same for a label before a room's domain. */
export const hostWords = new Set('bosh chat conference im jabber muc nostr relay rooms server talk web websocket ws www xmpp'.split(' '));
const longest = 2000;
const longestHost = 253;

/** An address that a page named, without anything in it that could name the account. */
export interface PlainAddress {
	/** scheme, host and port, as an origin is written */
	base: string;
	/** with its port, as people are asked about it */
	host: string;
	/** `/` and at most two well-known words, or '' where the page's own path had more in it */
	path: string;
}

/** Scheme, host, port and a short path of well-known words: user, query, fragment and every other path are dropped. null: no address. */
export function plainAddress(text: string): PlainAddress | null {
	if (text.length > longest || !URL.canParse(text)) return null;
	const { protocol, host, hostname, pathname } = new URL(text);
	if (!/^(wss?|https?):$/.test(protocol) || hostname === '' || hostname.length > longestHost) return null;
	const words = pathname.replace(/^\/|\/$/g, '').split('/');
	const isPlain = pathname === '/' || (words.length <= 2 && words.every((word) => pathWords.has(word)));
	return { base: `${protocol}//${host}`, host, path: isPlain ? pathname : '' };
}

/**
 * Whether an address may be used on the page's word: on the page's own host, whatever the port, or on one that `isRoomHost` says is the
 * room's. For any other host the user was asked: true or false as they answered, 'ask' where they were not yet.
 */
export function judgePageHost(hints: Hints, { base, host }: PlainAddress, isRoomHost: (hostname: string) => boolean): boolean | 'ask' {
	const { hostname } = new URL(base);
	if (hostname === new URL(hints.origin).hostname || isRoomHost(hostname)) return true;
	const { answers = {} } = hints;
	return Object.hasOwn(answers, host) ? answers[host] === true : 'ask';
}

/** The hosts of a route that the user agreed to, as only the page names them: shown where people write. */
export function agreedHosts({ origin, answers = {} }: Hints, urls: readonly string[]): string[] {
	const hosts = urls.map((url) => new URL(url)).filter(({ hostname }) => hostname !== new URL(origin).hostname);
	return [...new Set(hosts.map(({ host }) => host))].filter((host) => Object.hasOwn(answers, host) && answers[host] === true);
}
