import { type BautaError, faultOf } from '../../messages/errors.ts';
import { withTimeLimit } from '../../platform/time-limit.ts';
import type { Channel } from '../channel/channel.ts';
import { hasPlainPath } from '../page-word.ts';
import { usable } from './endpoints.ts';
import type { Endpoint } from './stream/stream.ts';
import { isHost } from './wire/jid.ts';
import { attribute, elementsOf, parseXml } from './wire/xml.ts';

const lookupMs = 5000;
/** that a domain publishes and that are tried */
const maxEndpoints = 4;
const relations: Record<string, Endpoint['kind']> = {
	'urn:xmpp:alt-connections:xbosh': 'bosh',
	'urn:xmpp:alt-connections:websocket': 'websocket',
};

/** A room's domain may name any host, but no address in which something could stand that is meant for one guest alone. */
function isShort(href: string): boolean {
	if (!URL.canParse(href)) return false;
	const { search, hash, username, password } = new URL(href);
	return !search && !hash && !username && !password && hasPlainPath(href);
}

function endpointsOf(links: { rel: string; href: string }[]): Endpoint[] {
	const endpoints = links.map(({ rel, href }) => {
		const kind = Object.hasOwn(relations, rel) ? relations[rel] : undefined;
		return kind && isShort(href) ? usable(href, kind) : null;
	});
	return endpoints
		.filter((endpoint) => endpoint !== null)
		.sort((one) => (one.kind === 'bosh' ? -1 : 1))
		.slice(0, maxEndpoints);
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
			const { code, detail } = faultOf(thrown as BautaError);
			if (code === 'cancelled') throw thrown;
			if (code === 'host-permission') onBlocked(detail);
		}
	}
	return [];
}
