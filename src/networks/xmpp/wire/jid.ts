import { BautaError } from '../../../messages/errors.ts';
import { bareJid, xmppRoomId } from '../../../protocol/room.ts';

// RFC 7622, as far as it is needed to tell a room from anything else.

/** A domain or an IPv6 literal. Nothing that a URL reads as the end of a host: a page names rooms, and could have an address follow. */
const domain = /^(\[[\da-f:.]{2,45}\]|[^\s@/\\"&'<>?#%:[\]|^`{}]{1,1023})$/i;
const local = /^[^\s@/"&'<>:]{1,1023}$/;

/** `nick` of `room@host/nick`, or ''. */
export function resourceOf(jid: string): string {
	const slash = jid.indexOf('/');
	return slash < 0 ? '' : jid.slice(slash + 1);
}

/** `host` of any JID. */
export function domainOf(jid: string): string {
	const whole = bareJid(jid);
	return whole.slice(whole.indexOf('@') + 1);
}

/** `local@host` with no resource, as rooms and accounts have it. */
export function isBareJid(jid: string): boolean {
	const at = jid.indexOf('@');
	return jid.length <= 3071 && local.test(jid.slice(0, Math.max(0, at))) && domain.test(jid.slice(at + 1));
}

/** A domain, as long as one may be. */
export function isHost(host: string): boolean {
	return host.length <= 253 && domain.test(host);
}

/**
 * Lower case and NFKC, as servers prepare what is typed. Letter by letter, as theirs is: no letter's form depends on its place in a word. What
 * the two rules that servers follow prepare differently (RFC 6122's ß is ss, RFC 8265's stays) is left as it is: a page has it from its server.
 */
const prepare = (text: string): string =>
	Array.from(text.normalize('NFKC'), (letter) => letter.toLowerCase())
		.join('')
		.normalize('NFKC');

/** Bootstring's parameters for domains (RFC 3492 §5). */
const [base, tMin, tMax, skew, damp, initialBias, initialPoint] = [36, 1, 26, 38, 700, 72, 0x80] as const;

/** RFC 3492 §6.1 */
function adaptBias(delta: number, points: number, isFirst: boolean): number {
	let rest = Math.floor(delta / (isFirst ? damp : 2));
	rest += Math.floor(rest / points);
	let k = 0;
	for (; rest > ((base - tMin) * tMax) / 2; k += base) rest = Math.floor(rest / (base - tMin));
	return k + Math.floor(((base - tMin + 1) * rest) / (rest + skew));
}

/** The label of a domain behind `xn--` (RFC 3492 §6.2); null where it is none. */
function decodeLabel(code: string): string | null {
	const end = code.lastIndexOf('-');
	const points = Array.from(code.slice(0, Math.max(0, end)), (letter) => letter.codePointAt(0) as number);
	let [at, index, point, bias] = [end + 1, 0, initialPoint as number, initialBias as number];
	while (at < code.length) {
		const before = index;
		for (let [weight, k] = [1, base as number]; ; k += base) {
			const digit = 'abcdefghijklmnopqrstuvwxyz0123456789'.indexOf(code[at++] ?? ' ');
			if (digit < 0 || index > 2 ** 31) return null;
			index += digit * weight;
			const threshold = Math.min(tMax, Math.max(tMin, k - bias));
			if (digit < threshold) break;
			weight *= base - threshold;
		}
		bias = adaptBias(index - before, points.length + 1, before === 0);
		point += Math.floor(index / (points.length + 1));
		if (point > 0x10ffff) return null;
		index %= points.length + 1;
		points.splice(index++, 0, point);
	}
	return points.length > 0 ? String.fromCodePoint(...points) : null;
}

/** A domain as servers write it in addresses: its labels as people read them, and no dot behind it (RFC 7622 §3.2). */
function prepareDomain(domain: string): string {
	const labels = prepare(domain.replace(/[。．｡]/g, '.'))
		.replace(/\.$/, '')
		.split('.');
	return labels.map((label) => (label.startsWith('xn--') ? (decodeLabel(label.slice(4)) ?? label) : label)).join('.');
}

/**
 * Canonical room id (docs/protocol.md §1) of a room's address. Throws `room-private` on an address with a resource, `room-gone` on none at
 * all.
 */
export function roomId(address: string): string {
	// pages, links and people write it as they like; servers send the prepared form (RFC 7622 §3)
	const [local = '', ...domain] = bareJid(address).split('@');
	const prepared = [prepare(local), ...domain.map(prepareDomain)].join('@');
	if (!isBareJid(prepared)) throw new BautaError('room-gone', 'address');
	if (address.includes('/')) throw new BautaError('room-private');
	return xmppRoomId(prepared);
}

/** The bare JID of a canonical room id. Throws `room-gone`. */
export function roomJid(room: string): string {
	const jid = room.slice(room.indexOf(':') + 1);
	if (!isBareJid(jid) || xmppRoomId(jid) !== room) throw new BautaError('room-gone', 'address');
	return jid;
}
