import type { Hints } from '../network.ts';
import { isFirm, judgePageHost, type PlainAddress, plainAddress } from '../page-word.ts';
import { isRoomHost, serverDomain } from './domains.ts';
import { xmppHints } from './hints.ts';
import type { Endpoint } from './stream/stream.ts';

type Kind = Endpoint['kind'];

/** Where servers put BOSH beside their WebSocket by default: Prosody, ejabberd, Openfire. */
const besides: Record<string, string> = {
	'/xmpp-websocket': '/http-bind',
	'/xmpp-websocket/': '/http-bind',
	'/ws': '/bosh',
	'/ws/': '/http-bind/',
};
/** Where servers have the two by default, likeliest first. */
const usualPaths: Record<Kind, string[]> = { bosh: ['/http-bind', '/bosh'], websocket: ['/xmpp-websocket', '/ws'] };

/** An endpoint that may be used: encrypted, or on this machine. null: none. */
export function usable(href: string, kind: Kind): Endpoint | null {
	try {
		const { protocol, hostname } = new URL(href);
		const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
		const scheme = kind === 'bosh' ? 'http' : 'ws';
		return protocol === `${scheme}s:` || (protocol === `${scheme}:` && loopback) ? { kind, url: href } : null;
	} catch {
		return null;
	}
}

/** The endpoints that a page's address stands for: BOSH before WebSocket, as its requests need no handshake of their own. */
function endpointsAt({ base, path }: PlainAddress, kind: Kind): Endpoint[] {
	const paths = path.length > 1 ? [path] : usualPaths[kind];
	const endpoints = paths.map((each) => usable(`${base}${each}`, kind));
	const beside = kind === 'websocket' ? besides[path] : undefined;
	if (beside) endpoints.unshift(usable(`${base.replace(/^ws/, 'http')}${beside}`, 'bosh'));
	return endpoints.filter((endpoint) => endpoint !== null);
}

/**
 * Endpoints on the page's word, as far as it counts for this room, and the addresses whose hosts the user has to judge first.
 * @param isUnheard the room's own domain has not been asked yet: then the page's own host counts only where it is the room's, the user's own
 * machine, or agreed to
 */
export function pageEndpoints(room: string, hints: Hints, isUnheard = false): { endpoints: Endpoint[]; ask: string[] } {
	const { bosh, websocket } = xmppHints(hints);
	const endpoints: Endpoint[] = [];
	const ask = new Set<string>();
	for (const [text, kind] of [
		[bosh, 'bosh'],
		[websocket, 'websocket'],
	] as const) {
		const address = text === undefined ? null : plainAddress(text);
		const addressed = address ? endpointsAt(address, kind) : [];
		if (!address || addressed.length === 0) continue;
		const isRooms = (hostname: string) => isRoomHost(hostname, room);
		const judgement = judgePageHost(hints, address, isRooms);
		if (isUnheard && judgement === true && !isFirm(hints, address, isRooms)) continue;
		if (judgement === 'ask') ask.add(address.base);
		else if (judgement) endpoints.push(...addressed.filter(({ url }) => !endpoints.some((one) => one.url === url)));
	}
	return { endpoints, ask: [...ask] };
}

/** Where the server of a room's own domain has its endpoints if it has them where most do. */
export const usualEndpoints = (room: string): Endpoint[] =>
	(['bosh', 'websocket'] as const).flatMap((kind) =>
		usualPaths[kind].map((path) => ({ kind, url: `${kind === 'bosh' ? 'https' : 'wss'}://${serverDomain(room)}${path}` })),
	);
