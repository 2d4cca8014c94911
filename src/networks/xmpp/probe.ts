import { type ErrorCode, faultOf } from '../../messages/errors.ts';
import type { Channel } from '../channel/channel.ts';
import type { Access, Hints } from '../network.ts';
import { publishedEndpoints } from './discover.ts';
import { roomDomains, serverDomain } from './domains.ts';
import { type Candidate, pageEndpoints, pageKindFirst, usualEndpoints } from './endpoints.ts';
import { lookThrough } from './guest-look.ts';
import { xmppHints } from './hints.ts';
import type { Endpoint } from './stream/stream.ts';
import { roomJid } from './wire/jid.ts';
import { closedFor } from './wire/room-info.ts';

/** What the looks of one probe came to. */
class Search {
	readonly missingHosts = new Set<string>();
	failure: { code: ErrorCode; detail: string } | null = null;
	/** a server was reached that lets in no guest for this room */
	isGuestless = false;
	readonly #look: (endpoint: Endpoint, others: Endpoint[]) => Promise<Access | null>;
	readonly #signal: AbortSignal;

	constructor(look: (endpoint: Endpoint, others: Endpoint[]) => Promise<Access | null>, signal: AbortSignal) {
		this.#look = look;
		this.#signal = signal;
	}

	/** The first access among these endpoints; null where there is none. */
	async through(candidates: readonly Candidate[]): Promise<Access | null> {
		for (const { kind, url, isGuess } of candidates) {
			try {
				const others = candidates.filter((other) => other.kind !== kind).slice(0, maxOthers);
				const access = await this.#look({ kind, url }, others);
				if (access) return access;
				this.isGuestless = true;
				// another endpoint of the same server would say the same
				return null;
			} catch (thrown) {
				const fault = faultOf(thrown);
				if (this.#signal.aborted) throw thrown;
				if (fault.code === 'host-permission') this.missingHosts.add(fault.detail);
				// a guessed address that does not exist says less than the fault of a real one
				if (!isGuess && (!this.failure || this.failure.code === 'no-endpoint')) this.failure = fault;
			}
		}
		return null;
	}
}

/** endpoints of the other kind that a route has for when its own fails */
const maxOthers = 2;

/**
 * Finds the route to a room by looking only: an anonymous login and disco#info, never a join. Where its server is, is the room's to say: first
 * come the endpoints that its own domain publishes (XEP-0156), then those that the page names, as far as that counts, then the usual ones. Where the room's
 * domain could not be asked, as the user has not granted it, the page's word for a host outside of it does not stand in.
 */
export async function probe(roomId: string, hints: Hints, channel: Channel, signal: AbortSignal): Promise<Access> {
	const room = roomJid(roomId);
	const search = new Search((endpoint, others) => lookThrough(channel, { endpoint, others }, room, hints, signal), signal);
	const lookUps = roomDomains(room).map((domain) => publishedEndpoints(channel, domain, signal, (host) => search.missingHosts.add(host)));
	const roomWord = (await Promise.all(lookUps)).find((endpoints) => endpoints.length > 0) ?? [];
	const isUnheard = roomWord.length === 0 && search.missingHosts.size > 0;
	const access = await search.through(pageKindFirst(roomWord, hints));
	if (access) return access;
	const page = pageEndpoints(room, hints, isUnheard);
	// a host for guests that the user named may be another server's
	if (roomWord.length === 0 || xmppHints(hints).anonymousHost) {
		const further = (await search.through(page.endpoints)) ?? (await search.through(pageKindFirst(usualEndpoints(room), hints)));
		if (further) return further;
	}
	return closedAfter(search, roomWord.length === 0 ? page.ask : [], serverDomain(room));
}

/** Why no way to the room was found: first what the user can do about it. */
function closedAfter({ missingHosts, isGuestless, failure }: Search, ask: string[], domain: string): Access {
	const hosts = [...missingHosts];
	if (ask.length > 0) return { ...closedFor('route-unasked'), ask, ...(hosts.length > 0 && { hosts }) };
	if (hosts.length > 0) return { ...closedFor('host-permission', hostNames(hosts)), hosts };
	if (isGuestless) return closedFor('no-anonymous-host', domain);
	return failure ? closedFor(failure.code, failure.detail) : closedFor('no-endpoint', domain);
}

const hostNames = (origins: string[]): string => [...new Set(origins.map((origin) => new URL(origin).hostname))].join(', ');
