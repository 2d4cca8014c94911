/**
 * Match patterns of an origin: http(s) and its ws(s) twin, which Chromium wants named for itself.
 * Without port, as a permission has none in Firefox and a chat's endpoint often has another port on the same host.
 */
export function patternsOf(origin: string): string[] {
	const { protocol, hostname } = new URL(origin);
	const schemes = protocol === 'https:' || protocol === 'wss:' ? ['https', 'wss'] : ['http', 'ws'];
	return schemes.map((scheme) => `${scheme}://${hostname}/*`);
}
