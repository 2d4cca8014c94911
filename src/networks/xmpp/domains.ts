import { hostWords } from '../page-word.ts';
import type { XmppHints } from './hints.ts';
import { domainOf, isHost } from './wire/jid.ts';

/** Domain of the room's server: the service's own without its first label, where that leaves a domain. */
export function serverDomain(room: string): string {
	const service = domainOf(room);
	return isAddress(service) ? service : service.replace(/^[^.]+\.(?=[^.]+\.|localhost$)/, '');
}
const isAddress = (domain: string): boolean => /^[\d.]+$|:/.test(domain);

/** Domains that may say where a room's server is: the server's, and that of its service for rooms. */
export const roomDomains = (room: string): string[] => [...new Set([serverDomain(room), domainOf(room)])];

/** First labels that services for rooms have; under the parent of any other domain anybody may have a host (`chat.co.uk`). */
const serviceLabel = /^(conference|conf|muc|rooms?|chat|groups?|groupchat|talk|channels?)\./;

/** Whether a host of which the page speaks is the room's: its domain or that of its server, or one with a usual name below them. */
export function isRoomHost(hostname: string, room: string): boolean {
	const service = domainOf(room);
	const domains = serviceLabel.test(service) ? roomDomains(room) : [service];
	return domains.filter(isHost).some((domain) => {
		const url = `https://${domain}`;
		if (!URL.canParse(url)) return false;
		const name = new URL(url).hostname;
		return hostname === name || (hostname.endsWith(`.${name}`) && hostWords.has(hostname.slice(0, -name.length - 1)));
	});
}

/** How hosts for guests are called; a usual word may follow. Any other name could be made for one guest alone. */
const guestWords = new Set('anon anonym anonymous guest guests'.split(' '));
function isGuestLabel(label: string): boolean {
	const [first = '', second, ...rest] = label.split('-');
	return guestWords.has(first) && (second === undefined || hostWords.has(second)) && rest.length === 0;
}

/** Hosts for guests among those that the server of this domain lists (disco#items): its own, whose name says it. */
export const guestHosts = (listed: readonly string[], domain: string): string[] =>
	listed.filter((host) => host.endsWith(`.${domain}`) && isGuestLabel(host.slice(0, -domain.length - 1))).slice(0, 2);

/** Hosts that may take anonymous guests, likeliest first: the user's setting alone, else the server's domain and conventions. */
export function anonymousHosts(room: string, hints: XmppHints): string[] {
	if (hints.anonymousHost) return isHost(hints.anonymousHost) ? [hints.anonymousHost] : [];
	const domain = serverDomain(room);
	return [domain, ...['anon', 'guest', 'anonymous', 'guests'].map((label) => `${label}.${domain}`)];
}
