/** What a text gives away, looked at before it is sent (THREATS.md C1, C2). Nothing here leaves this page. */

/** Parameters that say who shared a link, or where it was found. */
const tracking =
	/^(utm_\w+|fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|twclid|ttclid|igshid|igsh|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|si|ref_src|ref_url|vero_id|oly_(anon|enc)_id|wickedid|rb_clickid|s_cid|share_id|spm|xtor)$/i;
const link = /\bhttps?:\/\/[^\s<>"']+/gi;

function cleanAddress(address: string): string {
	if (!URL.canParse(address)) return address;
	const [, head = '', query = '', tail = ''] = /^([^?#]*)\?([^#]*)(#.*)?$/.exec(address) ?? [];
	if (!query) return address;
	// the rest is left letter by letter as it was
	const pairs = query.split('&');
	const otherPairs = pairs.filter((pair) => !tracking.test(pair.split('=')[0] ?? ''));
	return otherPairs.length === pairs.length ? address : `${head}${otherPairs.length > 0 ? `?${otherPairs.join('&')}` : ''}${tail}`;
}

/** The text with tracking parameters taken out of its links; the same string where there are none. */
export const withoutTracking = (text: string): string => text.replace(link, cleanAddress);

/** Whether the text names the account's own nick as a word of its own, in any case. */
export function namesNick(text: string, nick: string): boolean {
	if ([...nick].length < 2) return false;
	const escaped = nick.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
	return new RegExp(`(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`, 'iu').test(text);
}

/** Length as the network counts it: code points of the canonical text (docs/protocol.md §1). */
export const pointsOf = (text: string): number => [...text.replace(/\r\n?/g, '\n').replace(/[\t\n ]+$/, '')].length;
