import type { Hints } from './network.ts';

// What a page says of where a room's server is. It has scripts of strangers in it, and a server that may give each account an address of its
// own: so its word leads the anonymous session to few places, by addresses in which nothing can stand that names the account (THREATS.md D1).

/** Where servers have BOSH, WebSocket or a relay by default. Any other path could be a token. */
const pathPattern = /^\/((http-bind|bosh|ws|websocket|xmpp-websocket)\/?|relay|nostr)?$/;
/** The ports of Prosody, ejabberd, Openfire and of relays, beside those of the web. */
const ports = new Set(['', '5280', '5281', '5443', '7070', '7443', '7777', '8080']);
const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
/** The labels that may stand before a room's domain. */
export const hostWords = new Set('bosh chat conference im jabber muc nostr relay rooms server talk web websocket ws www xmpp'.split(' '));
const longest = 2000;
const longestHost = 253;

/** An address that a page named, without anything in it that could name the account. */
export interface PlainAddress {
	/** scheme, host and port, as an origin is written */
	base: string;
	/** with its port, as people are asked about it */
	host: string;
	/** one of the usual ones, or '' where the page named another */
	path: string;
}

/** Scheme, host, port and a usual path: user, query, fragment and every other path are dropped. null: no address. */
export function plainAddress(text: string): PlainAddress | null {
	if (text.length > longest || !URL.canParse(text)) return null;
	const { protocol, host, hostname, pathname } = new URL(text);
	if (!/^(wss?|https?):$/.test(protocol) || hostname === '' || hostname.length > longestHost) return null;
	return { base: `${protocol}//${host}`, host, path: pathPattern.test(pathname) ? pathname : '' };
}

/**
 * Whether a path that a server or a room's owner names is one of words: they may choose it, but nothing may stand in it that is made for one
 * guest, such as digits or letters at random.
 */
export const hasPlainPath = (url: string): boolean => /^(\/[a-z]{1,16}([-._][a-z]{1,16}){0,2}\d{0,2}){0,3}\/?$/.test(new URL(url).pathname);

/** What the user answered about this host, with its port; undefined where they were not asked. A page's host may have any name. */
const answerAbout = ({ answers = {} }: Hints, host: string): boolean | undefined =>
	Object.hasOwn(answers, host) ? answers[host] : undefined;

/**
 * Whether an address may be used on the page's word: on the page's own host, or on one that `isRoomHost` says is the room's, at the page's own
 * port or a usual one; the user's own machine may be at any. Of any other the user was asked: true or false as they answered, 'ask' where
 * they were not yet.
 */
export function judgePageHost(hints: Hints, { base, host }: PlainAddress, isRoomHost: (hostname: string) => boolean): boolean | 'ask' {
	const { hostname, port } = new URL(base);
	const own = new URL(hints.origin);
	const isOwnPort = ports.has(port) || port === own.port || loopback.test(hostname);
	if (isOwnPort && (hostname === own.hostname || isRoomHost(hostname))) return true;
	return answerAbout(hints, host) ?? 'ask';
}

/** Whether an address counts also where the room could not be asked: on the room's host, on the user's own machine, or as the user agreed. */
export function isFirm(hints: Hints, { base, host }: PlainAddress, isRoomHost: (hostname: string) => boolean): boolean {
	const { hostname } = new URL(base);
	return loopback.test(hostname) || isRoomHost(hostname) || answerAbout(hints, host) === true;
}

/** The hosts of a route that the user agreed to, as only the page names them: shown where people write. */
export function agreedHosts(hints: Hints, urls: readonly string[]): string[] {
	const hosts = new Set(urls.map((url) => new URL(url).host));
	return [...hosts].filter((host) => answerAbout(hints, host) === true);
}
