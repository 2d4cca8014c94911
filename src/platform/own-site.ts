/**
 * Whether an address is on a page's own site: on its host, whatever the port, or on a host below it. A sibling is none: without a list of
 * public suffixes nobody can tell `chat.example.org` and `im.example.org` from two people's `me.pages.example` and `you.pages.example`.
 */
export function isOwnSite(page: string, url: string): boolean {
	const [own, host] = [new URL(page).hostname, new URL(url).hostname];
	return host === own || host.endsWith(`.${own}`);
}
