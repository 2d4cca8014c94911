import { BautaError } from '../../messages/errors.ts';

/** of one room; more are not asked either */
const mostRelays = 8;
const longest = 300;

/** One address as a person writes it; a bare host is a relay reached by wss. */
function relayIn(written: string): string {
	const shown = written.slice(0, 80);
	const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(written)?.[1]?.toLowerCase();
	if (scheme && scheme !== 'wss' && scheme !== 'ws') throw new BautaError('relay-scheme', shown);
	const address = scheme ? written : `wss://${written}`;
	if (!URL.canParse(address) || address.length > longest) throw new BautaError('relay-unreadable', shown);
	const { href, host, username, password, hash } = new URL(address);
	// a relay is told nothing that names the user; what stands there may be a secret, so the host alone is shown
	if (username || password || hash) throw new BautaError('relay-login', host);
	return href;
}

/**
 * Addresses between spaces, commas or line ends, each once, as `URL` writes them.
 * Throws BautaError `relay-unreadable`, `relay-scheme`, `relay-login` with the first wrong one, `relay-many` with their number.
 */
export function relaysIn(written: string): string[] {
	const relays = new Set(
		written
			.split(/[\s,،]+/)
			.filter(Boolean)
			.map(relayIn),
	);
	if (relays.size > mostRelays) throw new BautaError('relay-many', String(relays.size));
	return [...relays];
}
