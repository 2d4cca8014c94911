import type { Hints } from './network.ts';

// What a page says of where a room's server is. It has scripts of strangers in it, and a server that may give each account an address of its
// own: so its word leads the anonymous session to few places, by addresses in which nothing can stand that names the account (THREATS.md D1).

/** Where servers of each kind have it by default. Any other path could be a token. */
const paths = {
	bosh: /^\/((http-bind|bosh)\/?)?$/,
	websocket: /^\/((xmpp-websocket|websocket|ws)\/?)?$/,
	relay: /^\/(relay|nostr|ws)?$/,
};
/** What a page may name. */
export type ServerKind = keyof typeof paths;
/** Ports of Prosody, ejabberd and Openfire beside those of the web; and of relays. */
const xmppPorts = ['', '5280', '5281', '5443', '7070', '7443'];
const ports: Record<ServerKind, string[]> = { bosh: xmppPorts, websocket: xmppPorts, relay: ['', '7777', '8080'] };
/** Whether a host, with or without a port and a path behind it, is the user's own machine. */
export const isLoopback = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?(\/|$)/.test(host);
/** The labels that may stand before a room's domain, and behind the word by which a host is one for guests. */
export const hostWords = new Set('bosh chat conference im jabber muc rooms server talk web websocket ws www xmpp'.split(' '));
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
	kind: ServerKind;
}

/** Scheme, host, port and a usual path: user, query, fragment and every other path are dropped. null: no address. */
export function plainAddress(text: string, kind: ServerKind): PlainAddress | null {
	if (text.length > longest || !URL.canParse(text)) return null;
	const { protocol, host, hostname, pathname } = new URL(text);
	if (!/^(wss?|https?):$/.test(protocol) || hostname === '' || hostname.length > longestHost) return null;
	return { base: `${protocol}//${host}`, host, path: paths[kind].test(pathname) ? pathname : '', kind };
}

/** Where the paths of servers and relays begin that do not lie at the root, and how they end. */
const pathStarts = String.raw`api|chat|im|jabber|nostr|relay|\.?xmpp`;
const pathEnds = `${pathStarts}|bosh|http-bind|inbox|outbox|private|public|socket|v[12]|wss?|websocket|xmpp-(bosh|http-bind|websocket|ws)`;
const plainPath = new RegExp(`^(/(${pathStarts}))?(/(${pathEnds}))?/?$`);

/**
 * Whether a path that a server or a room's owner names is one of those that servers have: they may choose among some 450, but any other word
 * could be made for one guest, by which all that this guest then says would be one person's.
 */
export const hasPlainPath = (url: string): boolean => plainPath.test(new URL(url).pathname);

/** What the user answered about this host, with its port; undefined where they were not asked. A page's host may have any name. */
const answerAbout = ({ answers = {} }: Hints, host: string): boolean | undefined =>
	Object.hasOwn(answers, host) ? answers[host] : undefined;

/**
 * Whether an address may be used on the page's word: on the page's own host, or on one that `isRoomHost` says is the room's, at the page's own
 * port or a usual one; the user's own machine may be at any. Of any other the user was asked: true or false as they answered, 'ask' where
 * they were not yet.
 */
export function judgePageHost(
	hints: Hints,
	{ base, host, kind }: PlainAddress,
	isRoomHost: (hostname: string) => boolean,
): boolean | 'ask' {
	const { hostname, port } = new URL(base);
	const own = new URL(hints.origin);
	const isOwnPort = ports[kind].includes(port) || port === own.port || isLoopback(hostname);
	if (isOwnPort && (hostname === own.hostname || isRoomHost(hostname))) return true;
	return answerAbout(hints, host) ?? 'ask';
}

/** Whether the user agreed to an address, or it is on their own machine: then all that a page names there counts. */
const isCertain = (hints: Hints, { base, host }: PlainAddress): boolean =>
	isLoopback(new URL(base).hostname) || answerAbout(hints, host) === true;

/**
 * Of what a page names on its mere word one address counts: of several a server could make another choice for each account, and each would
 * tell more. The returned function, called with each in turn, says whether this one counts.
 */
export function oneOnItsWord(hints: Hints): (address: PlainAddress) => boolean {
	let isTaken = false;
	return (address) => {
		if (isCertain(hints, address)) return true;
		const counts = !isTaken;
		isTaken = true;
		return counts;
	};
}

/** Whether an address counts also where the room could not be asked: on the room's host, on the user's own machine, or as the user agreed. */
export function isFirm(hints: Hints, address: PlainAddress, isRoomHost: (hostname: string) => boolean): boolean {
	return isCertain(hints, address) || isRoomHost(new URL(address.base).hostname);
}

/** The hosts of a route that the user agreed to, as only the page names them: shown where people write. */
export function agreedHosts(hints: Hints, urls: readonly string[]): string[] {
	const hosts = new Set(urls.map((url) => new URL(url).host));
	return [...hosts].filter((host) => answerAbout(hints, host) === true);
}
