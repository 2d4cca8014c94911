import { BautaError } from '../../messages/errors.ts';
import { settingBounds } from '../../messages/rooms.ts';

/** The relay that a person wrote; a bare host is reached by wss. */
function relayIn(entry: string): string {
	const excerpt = entry.slice(0, 80);
	const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(entry)?.[1]?.toLowerCase();
	if (scheme && scheme !== 'wss' && scheme !== 'ws') throw new BautaError('relay-scheme', excerpt);
	const address = scheme ? entry : `wss://${entry}`;
	if (!URL.canParse(address) || address.length > settingBounds.longestLine) throw new BautaError('relay-unreadable', excerpt);
	const { href, host, username, password, hash } = new URL(address);
	// a relay is told nothing that names the user; what stands there may be a secret, so the host alone is shown
	if (username || password || hash) throw new BautaError('relay-login', host);
	return href;
}

/**
 * Addresses between spaces, commas or line ends, each once, as `URL` writes them.
 * Throws BautaError `relay-unreadable`, `relay-scheme`, `relay-login` with the first wrong one, `relay-many` with their number.
 */
export function relaysIn(text: string): string[] {
	const relays = new Set(
		text
			.split(/[\s,،]+/)
			.filter(Boolean)
			.map(relayIn),
	);
	if (relays.size > settingBounds.mostLines) throw new BautaError('relay-many', String(relays.size));
	return [...relays];
}
