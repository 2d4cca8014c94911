import { type BautaError, errorRecord } from '../../messages/errors.ts';
import { withTimeLimit } from '../../platform/time-limit.ts';
import type { Channel } from '../channel/channel.ts';
import { usable } from './endpoints.ts';
import type { XmppHints } from './hints.ts';
import type { Endpoint } from './stream/stream.ts';
import { domainOf, isHost } from './wire/jid.ts';
import { attribute, elementsOf, parseXml } from './wire/xml.ts';

const lookupMs = 5000;
const maxHosts = 6;
const relations: Record<string, Endpoint['kind']> = {
	'urn:xmpp:alt-connections:xbosh': 'bosh',
	'urn:xmpp:alt-connections:websocket': 'websocket',
};

function endpointsOf(links: { rel: string; href: string }[]): Endpoint[] {
	const found = links.map(({ rel, href }) => {
		const kind = Object.hasOwn(relations, rel) ? relations[rel] : undefined;
		return kind ? usable(href, kind) : null;
	});
	return found.filter((endpoint) => endpoint !== null).sort((one) => (one.kind === 'bosh' ? -1 : 1));
}

function readJson(body: string): Endpoint[] {
	const { links } = JSON.parse(body) as { links?: unknown };
	const list = Array.isArray(links) ? (links.slice(0, 50) as { rel?: unknown; href?: unknown }[]) : [];
	return endpointsOf(list.map((link) => ({ rel: String(link?.rel), href: String(link?.href) })));
}

const readXrd = (body: string): Endpoint[] =>
	endpointsOf(
		elementsOf(parseXml(body.replace(/^\s*<\?xml[^?]*\?>/, '')))
			.filter(({ name }) => name === 'Link')
			.map((link) => ({ rel: attribute(link, 'rel'), href: attribute(link, 'href') })),
	);

/** XEP-0156: what the domain itself says about its endpoints. `blocked` gets the host where permission is missing. */
export async function publishedEndpoints(
	channel: Channel,
	domain: string,
	signal: AbortSignal,
	onBlocked: (host: string) => void,
): Promise<Endpoint[]> {
	if (!isHost(domain)) return [];
	const files: [string, (body: string) => Endpoint[]][] = [
		['host-meta.json', readJson],
		['host-meta', readXrd],
	];
	for (const [file, read] of files) {
		try {
			const url = new URL(`https://${domain}/.well-known/${file}`).href;
			const answer = await withTimeLimit({ ms: lookupMs, signal, detail: file }, (until) =>
				channel.fetch({ url, method: 'GET', signal: until }),
			);
			const endpoints = answer.status === 200 ? read(answer.body.trim()) : [];
			if (endpoints.length > 0) return endpoints;
		} catch (thrown) {
			const { code, detail } = errorRecord(thrown as BautaError);
			if (code === 'cancelled') throw thrown;
			if (code === 'host-permission') onBlocked(detail);
		}
	}
	return [];
}

/** Domain of the account's server: as the page told it, else the room's host without its first label. */
export function serverDomain(room: string, hints: XmppHints): string {
	return hints.domain ?? domainOf(room).replace(/^[^.]+\.(?=[^.]+\.)/, '');
}

/** Hosts that may take anonymous guests, likeliest first: the user's setting alone, else what the server lists, the domain, conventions. */
export function anonymousHosts(room: string, hints: XmppHints): string[] {
	if (hints.anonymousHost) return isHost(hints.anonymousHost) ? [hints.anonymousHost] : [];
	const domain = serverDomain(room, hints);
	const listed = (hints.items ?? []).filter((host) => isHost(host) && host !== domainOf(room));
	const telling = (host: string) => /^(anon|guest)/.test(host);
	const service = (host: string) => /^(muc|conference|rooms|chat|upload|share|proxy|pubsub|irc|search|vjud)\./.test(host);
	const guesses = ['anon', 'guest', 'anonymous'].map((label) => `${label}.${domain}`);
	const ordered = [...listed.filter(telling), domain, ...guesses, ...listed.filter((host) => !telling(host) && !service(host))];
	return [...new Set(ordered)].slice(0, listed.some(telling) ? maxHosts - 2 : maxHosts);
}
