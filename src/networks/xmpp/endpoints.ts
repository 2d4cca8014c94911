import type { Hints } from '../network.ts';
import { isFirm, isLoopback, judgePageHost, oneOnItsWord, type PlainAddress, plainAddress } from '../page-word.ts';
import { isRoomHost, serverDomain } from './domains.ts';
import { xmppHints } from './hints.ts';
import type { Endpoint } from './stream/stream.ts';

type Kind = Endpoint['kind'];

/** Where servers put one beside the other by default: Prosody, ejabberd, Openfire. */
const besides: Record<Kind, Record<string, string>> = {
	websocket: { '/xmpp-websocket': '/http-bind', '/xmpp-websocket/': '/http-bind', '/ws': '/bosh', '/ws/': '/http-bind/' },
	bosh: { '/http-bind': '/xmpp-websocket', '/http-bind/': '/ws/', '/bosh': '/ws', '/bosh/': '/ws' },
};
/** Where servers have the two by default, likeliest first. */
const usualPaths: Record<Kind, string[]> = { bosh: ['/http-bind', '/bosh'], websocket: ['/xmpp-websocket', '/ws'] };

/** An endpoint that may be used: encrypted, or on this machine. null: none. */
export function usable(href: string, kind: Kind): Endpoint | null {
	try {
		const { protocol, hostname } = new URL(href);
		const scheme = kind === 'bosh' ? 'http' : 'ws';
		return protocol === `${scheme}s:` || (protocol === `${scheme}:` && isLoopback(hostname)) ? { kind, url: href } : null;
	} catch {
		return null;
	}
}

/** An endpoint to try. `isGuess`: nobody named it, so its faults say nothing. */
export type Candidate = Endpoint & { isGuess?: true };

/** The endpoints that a page's address stands for, its own first. */
function endpointsAt({ base, path }: PlainAddress, kind: Kind): Candidate[] {
	const paths = path.length > 1 ? [path] : usualPaths[kind];
	const named = paths.map((each) => usable(`${base}${each}`, kind)).filter((endpoint) => endpoint !== null);
	const other: Kind = kind === 'bosh' ? 'websocket' : 'bosh';
	const beside = besides[kind][path];
	const guess = beside ? usable(`${base.replace(/^(http|ws)/, other === 'bosh' ? 'http' : 'ws')}${beside}`, other) : null;
	return guess ? [...named, { ...guess, isGuess: true }] : named;
}

/**
 * These endpoints with the kind first that the page itself speaks, as that works from here; BOSH where it speaks both or neither. It is the one
 * bit of a page's word that counts for any host.
 */
export function pageKindFirst<T extends Endpoint>(endpoints: readonly T[], hints: Hints): T[] {
	const { bosh, websocket } = xmppHints(hints);
	const first: Kind = websocket !== undefined && bosh === undefined ? 'websocket' : 'bosh';
	return [...endpoints.filter(({ kind }) => kind === first), ...endpoints.filter(({ kind }) => kind !== first)];
}

/**
 * Endpoints on the page's word, as far as it counts for this room, and the addresses whose hosts the user has to judge first.
 * @param isUnheard the room's own domain has not been asked yet: then the page's own host counts only where it is the room's, the user's own
 * machine, or agreed to
 */
export function pageEndpoints(room: string, hints: Hints, isUnheard = false): { endpoints: Candidate[]; ask: string[] } {
	const { bosh, websocket } = xmppHints(hints);
	const candidates: Candidate[] = [];
	const ask = new Set<string>();
	const counts = oneOnItsWord(hints);
	for (const [text, kind] of [
		[bosh, 'bosh'],
		[websocket, 'websocket'],
	] as const) {
		const address = text === undefined ? null : plainAddress(text, kind);
		const addressed = address ? endpointsAt(address, kind) : [];
		if (!address || addressed.length === 0) continue;
		const isRooms = (hostname: string) => isRoomHost(hostname, room);
		const judgement = judgePageHost(hints, address, isRooms);
		if (isUnheard && judgement === true && !isFirm(hints, address, isRooms)) continue;
		if (judgement === 'ask') ask.add(address.base);
		else if (judgement && (counts(address) || candidates.some(({ url }) => url === addressed[0]?.url))) candidates.push(...addressed);
	}
	const namedFirst = [...candidates.filter(({ isGuess }) => !isGuess), ...candidates.filter(({ isGuess }) => isGuess)];
	const endpoints = namedFirst.filter(({ url }, at) => namedFirst.findIndex((other) => other.url === url) === at);
	return { endpoints: pageKindFirst(endpoints, hints), ask: [...ask] };
}

/** Where the server of a room's own domain has its endpoints if it has them where most do, BOSH first. */
export const usualEndpoints = (room: string): Candidate[] =>
	(['bosh', 'websocket'] as const).flatMap((kind) =>
		usualPaths[kind].map((path) => ({
			kind,
			url: `${kind === 'bosh' ? 'https' : 'wss'}://${serverDomain(room)}${path}`,
			isGuess: true as const,
		})),
	);
